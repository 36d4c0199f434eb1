"""The words of a conclusion, in English and Korean."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "an_event": ("{count} event", "사건 {count}건"),
    "many_events": ("{count} events", "사건 {count}건"),
    "concluded_no_events": (
        "no event in the rows reported on: nothing can be said",
        "보고 구간에 사건이 없어 판단할 수 없음",
    ),
    "concluded_no_usual_rows": (
        "no usual row was scored beside the events: nothing can be said",
        "사건 외에 점수를 매긴 정상 행이 없어 판단할 수 없음",
    ),
    "concluded_chance": ("not better than chance (p = {p_chance:.2g})", "우연보다 낫지 않음 (p = {p_chance:.2g})"),
    "concluded_chance_with_few": (
        "not better than chance (p = {p_chance:.2g}, {events})",
        "우연보다 낫지 않음 (p = {p_chance:.2g}, {events})",
    ),
    "concluded_flagging_all_pays": (
        "; at these costs even flagging everything beats doing nothing",
        "; 이 비용에서는 모두 이상으로 판정하더라도 아무것도 하지 않는 것보다 나음",
    ),
    "concluded_and_no_threshold": (
        "; no threshold beats doing nothing",
        "; 아무것도 하지 않는 것보다 나은 임계값이 없음",
    ),
    "concluded_no_threshold": (
        "no threshold beats doing nothing",
        "아무것도 하지 않는 것보다 나은 임계값이 없음",
    ),
    "concluded_saves_with_few": (
        "saves {saving_pct:.0f} % of the cost of doing nothing; too few events ({count}) for an interval",
        "아무것도 하지 않을 때 비용의 {saving_pct:.0f} % 절감; 사건이 {count}건뿐이라 구간을 구할 수 없음",
    ),
    "concluded_saves": (
        "saves {saving_pct:.0f} % ({saving_low:.0f} to {saving_high:.0f}) of the cost of doing nothing",
        "아무것도 하지 않을 때 비용의 {saving_pct:.0f} % ({saving_low:.0f}~{saving_high:.0f}) 절감",
    ),
    "concluded_may_save": (
        "not shown to beat doing nothing: "
        "saves {saving_pct:.0f} % ({saving_low:.0f} to {saving_high:.0f}) of the cost of doing nothing",
        "아무것도 하지 않는 것보다 낫다고 할 수 없음: "
        "아무것도 하지 않을 때 비용의 {saving_pct:.0f} % ({saving_low:.0f}~{saving_high:.0f}) 절감",
    ),
    "concluded_loses": (
        "costs {loss_pct:.0f} % ({loss_low:.0f} to {loss_high:.0f}) more than doing nothing",
        "아무것도 하지 않을 때보다 비용이 {loss_pct:.0f} % ({loss_low:.0f}~{loss_high:.0f}) 더 듦",
    ),
    "concluded_assumed": (" (assumed costs)", " (가정한 비용)"),
    "concluded_flagging_all_saves_more": (
        ", and flagging everything saves more",
        ", 모두 이상으로 판정하면 더 절감",
    ),
    "concluded_never_flags": (
        "better than chance, but no threshold was found worth having: nothing is flagged",
        "우연보다 낫지만 쓸 만한 임계값을 찾지 못해 아무것도 이상으로 판정하지 않음",
    ),
    "concluded_finds_none": ("finds none of {events}, with {alarms}", "{events} 중 하나도 탐지하지 못함, {alarms}"),
    "concluded_finds": (
        "finds {caught} of {events} with {alarms}; pays if a miss costs more than {worth:.1f} false alarms",
        "{events} 중 {caught}건 탐지, {alarms}; 사건 하나를 놓친 비용이 오경보 {worth:.1f}건의 비용보다 크면 이득",
    ),
}
