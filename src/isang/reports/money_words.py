"""The words of a bill: what changed, in money, in English and Korean."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    # titles
    "cost_rose": (
        "{change} more than expected ({pct}): {actual} instead of {expected}",
        "예상보다 {change} 증가({pct}): 예상 {expected}, 실제 {actual}",
    ),
    "cost_fell": (
        "{change} less than expected ({pct}): {actual} instead of {expected}",
        "예상보다 {change} 감소({pct}): 예상 {expected}, 실제 {actual}",
    ),
    "cost_rose_by": (
        "{change} more than expected: {actual} instead of {expected}",
        "예상보다 {change} 증가: 예상 {expected}, 실제 {actual}",
    ),
    "cost_fell_by": (
        "{change} less than expected: {actual} instead of {expected}",
        "예상보다 {change} 감소: 예상 {expected}, 실제 {actual}",
    ),
    "cost_first": ("never seen before: {actual}", "처음 나타난 비용: {actual}"),
    "cost_new": ("{change} where nothing was expected", "예상에 없던 비용 {change} 발생"),
    # cards and figures
    "cost_line": ("cost", "비용"),
    "vote": ("vote", "투표 점수"),
    "moved": ("change", "변화"),
    "before": ("before", "이전"),
    "now": ("now", "현재"),
    "member": ("where", "구성 항목"),
    "in_all": ("in all", "합계"),
    "members_told": (
        "Compared with the same weekdays of the four weeks before.",
        "이전 4주의 같은 요일과 비교한 값입니다.",
    ),
    "all_of_it": ("all of it: {member}", "모두 {member}에서 발생"),
    "nothing_narrower": ("told of what cannot be parted further", "더 나눌 수 없는 가장 좁은 범위입니다"),
    "others": ("{count} others", "그 외 {count}개"),
    "told_row": ("day of an incident", "이상으로 알린 날"),
    # the bill as a whole
    "bill": ("The bill", "청구 요약"),
    "bill_covers": ("{days} days, {start} to {end}", "{days}일간({start}~{end})"),
    "largest": ("What changed most", "가장 크게 바뀐 비용"),
    "rose_in_all": ("{amount} more than expected in all", "늘어난 비용 합계 {amount}"),
    "fell_in_all": ("{amount} less than expected in all", "줄어든 비용 합계 {amount}"),
    "totals": ("All charges", "청구 합계"),
    "category": ("Category", "구분"),
    "amount": ("Amount", "금액"),
    "charges": ("Charges", "청구 행"),
    "judged_here": ("Judged", "판정 여부"),
    "is_judged": ("judged", "판정함"),
    "is_apart": ("added up apart", "따로 합산"),
    "per_month": ("A month", "월 환산"),
    "since_when": ("Since", "시작"),
    "percent_of": ("Percent", "변화율"),
    "category_Usage": ("Usage", "사용량"),
    "category_Purchase": ("Purchase", "약정 구매"),
    "category_Tax": ("Tax", "세금"),
    "category_Credit": ("Credit", "크레딧"),
    "category_Adjustment": ("Adjustment", "조정"),
    "category_Correction": ("Correction", "정정"),
    # dimensions
    "total": ("total", "전체"),
    "key_customer": ("customer", "고객"),
    "key_subscription": ("subscription", "구독"),
    "key_service": ("service", "서비스"),
    "key_meter": ("meter", "미터"),
    "key_region": ("region", "리전"),
    "key_currency": ("currency", "통화"),
}
