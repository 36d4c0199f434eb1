"""The words of logs: lines, templates, risk by band, in English and Korean."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    # risk_summary.txt
    "risk_total": ("anomalies: {count} (in {incidents} incidents)", "이상: {count}건 (이상 상황 {incidents}건)"),
    "risk_mean": ("mean risk: {risk}", "평균 위험도: {risk}"),
    "risk_most": ("maximum risk: {risk}", "최대 위험도: {risk}"),
    # titles
    "line": ("{count} {level}line", "{level}{count}줄"),
    "lines": ("{count} {level}lines", "{level}{count}줄"),
    "lines_new": ("never seen before: {lines}", "처음 나타남: {lines}"),
    "lines_turned": ("never in this order before: {lines}", "처음 나타난 순서: {lines}"),
    "in_all_lines": (" ({count} in all)", " (전체 {count}줄)"),
    "lines_due": ("{lines}, {due} expected", "{lines}, 예상 {due}줄"),
    "lines_odd": ("{odd} of {lines} out of their usual order", "{lines} 중 {odd}줄의 순서가 평소와 다름"),
    # raw lines
    "raw_lines": ("The strangest line:", "가장 특이한 줄:"),
    "raw_place": ("{file}:{line} (byte {offset})", "{file}:{line} (바이트 {offset})"),
    "raw_gone": ("The file cannot be read any more.", "파일을 더 이상 읽을 수 없습니다."),
    "raw_changed": (
        "The file has changed since: no line begins there any more.",
        "파일이 그 뒤에 바뀌어, 그 위치에서 시작하는 줄이 없습니다.",
    ),
    "raw_far": (
        "The file is packed, and this is far into it: `isang show` (see Next) reads it.",
        "압축 파일의 뒤쪽이라 보고서에 싣지 않았습니다. 다음 단계의 `isang show`로 볼 수 있습니다.",
    ),
    "raw_not_kept": ("It came from standard input, which is not kept.", "표준 입력으로 들어와 보관되지 않았습니다."),
    "usual_next": ("What usually follows “{before}”:", "“{before}” 다음에 보통 오는 줄:"),
    "likeliest_next": (
        "This line is what most often follows “{before}” ({share}): what came before, or how often, is unusual.",
        "이 줄은 “{before}” 다음에 가장 자주 오는 줄({share})입니다. 특이한 것은 그 앞의 줄들이나 나타난 횟수입니다.",
    ),
    "came_here": ("here", "이번"),
    # the logs as a whole
    "records_told": ("{count} lines read", "{count}줄 읽음"),
    "counted_told": ("{templates} templates, {rows} rows of counts", "템플릿 {templates}개, 집계 행 {rows}개"),
    "order_by": ("order of lines: {detector}", "줄 순서: {detector}"),
    "whole_log": ("all lines", "전체 줄"),
    "late_lines": ("late lines", "늦은 줄"),
    "ended_lines": ("last lines of unusual sessions", "특이한 세션의 마지막 줄"),
    "thrown_lines": ("lines with an exception", "예외가 있는 줄"),
    "volumes": ("Lines over time", "시간별 줄 수"),
    "volumes_told": (
        "By level; a template counts at the highest level that its lines have. Dotted lines are incidents.",
        "레벨별 줄 수. 템플릿은 그 줄들 중 가장 높은 레벨로 셉니다. 점선은 이상 상황입니다.",
    ),
    "volumes_per": ("all lines per {step}", "{step}당 전체 줄 수"),
    "volumes_grave": ("{levels} per {step}", "{step}당 {levels} 줄 수"),
    "level_unknown": ("no level", "레벨 없음"),
    "new_templates": ("Templates never seen before", "처음 나타난 템플릿"),
    "none_new": ("No template was new.", "새로운 템플릿이 없습니다."),
    "log_level": ("Level", "레벨"),
    "template": ("Template", "템플릿"),
    "all_lines": ("Lines", "줄 수"),
    "first_at": ("Seen at", "위치"),
    "bands": ("Anomalies by band of risk", "위험 등급별 이상"),
    "anomalies": ("Anomalies", "이상"),
}
