"""The words of logs: lines, templates, risk by band, in English and Korean."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    # risk_summary.txt
    "risk_total": ("anomalies: {count} (in {incidents} incidents)", "이상: {count}건 (이상 상황 {incidents}건)"),
    "risk_mean": ("mean risk: {risk}", "평균 위험도: {risk}"),
    "risk_most": ("maximum risk: {risk}", "최대 위험도: {risk}"),
}
