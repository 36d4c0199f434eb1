"""The words of a self-test, in English and Korean."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "fault_spike": ("spike", "급등"),
    "fault_dip": ("dip", "급락"),
    "fault_level_shift": ("level shift", "수준 변화"),
    "fault_drift": ("drift", "서서히 변함"),
    "fault_changed_season": ("changed season", "주기 변화"),
    "fault_flat_line": ("flat line", "값이 멈춤"),
    "fault_missing_block": ("missing block", "데이터 누락"),
    "fault_noise_burst": ("noise burst", "잡음 증가"),
    "fault_scaled": ("scaled", "진폭 변화"),
    "fault_decoupled": ("decoupled", "상관관계 깨짐"),
    "self_test_passed": ("Self-test passed", "자가 시험 통과"),
    "self_test_failed": ("Self-test failed: {count} not met", "자가 시험 실패: 미충족 {count}건"),
    "self_test_means": (
        "Faults of known kind and size were put into the last part of these data, and judged by what was learnt "
        "before.",
        "종류와 크기를 아는 결함을 데이터의 마지막 구간에 넣고, 그 이전 데이터로 학습한 대로 판정했습니다.",
    ),
    "faults_tried": ("Faults tried", "시험한 결함"),
    "tried_in": ("in {rows} rows, {start} – {end}", "{rows}개 행, {start} – {end}"),
    "criteria": ("What is required", "합격 기준"),
    "alarms_or_events": (
        "Incidents in the last part count as false alarms, since nothing is known of them. If they did happen, name "
        "the column that marks them with --label.",
        "마지막 구간의 이상 상황은 확인되지 않았으므로 오경보로 셉니다. 실제 사건이라면 그 사건을 표시한 열을 "
        "--label로 알려 주십시오.",
    ),
    "missed_faults": (
        "A fault is missed where values swing as far by themselves, or where the part that set the threshold{dates} "
        "holds incidents: look at it, choose other shares with --split, or allow more false alarms.",
        "값이 평소에도 그만큼 흔들리거나, 임계값을 정한 구간{dates}에 사건이 있으면 결함을 놓칩니다. 그 구간을 "
        "살펴보고 --split으로 비율을 바꾸거나 오경보를 더 허용하십시오.",
    ),
    "found": ("found", "결과"),
    "wanted": ("wanted", "기준"),
    "met": ("met", "충족"),
    "unmet": ("not met", "미충족"),
    "defects": ("Defects", "결점"),
    "defects_found": ("{count}", "{count}건"),
    "none": ("none", "없음"),
    "none_tried": ("none could be tried", "시험할 수 없음"),
    "realised_alarms": ("False alarms", "오경보"),
    "in_last_part": ("{count} in the last part", "마지막 구간 {count}건"),
    "twice": ("at most {most}, twice {requested}", "최대 {most}건 (요청 {requested}의 두 배)"),
    "by_chance": ("so many may be chance in so short a time", "기간이 짧아 우연일 수 있음"),
    "share_of_cases": ("{share} of {cases} caught{size}", "{size}{cases}건 중 {share} 탐지"),
    "of_large_size": (" at {size} spreads or more", "크기 {size} 이상 "),
    "of_any_size": ("", ""),
    "at_least": ("at least {share}", "{share} 이상"),
    "spreads": ("{size} spreads", "크기 {size}"),
    "no_size": ("without a size", "크기 없음"),
    "at_once": ("at once", "즉시"),
    "after_rows": ("{rows} rows", "{rows}행"),
    "what_is_caught": ("What would be caught", "탐지 가능한 결함"),
    "shares_told": (
        "The share of each kind and size that was flagged, with its 95 % interval. One spread is how far a value "
        "usually lies from what is expected at that time, learnt from the first part.",
        "종류와 크기별로 탐지한 비율과 95 % 구간입니다. 크기 1은 값이 그 시각의 예상에서 평소 벗어나는 정도이며, "
        "첫 구간에서 학습했습니다.",
    ),
    "share_caught": ("share caught", "탐지 비율"),
    "caught_of": ("{caught} of {injected} caught", "{injected}건 중 {caught}건 탐지"),
    "caught": ("caught", "탐지"),
    "tried": ("tried", "시험"),
    "fault": ("fault", "결함"),
    "size": ("size", "크기"),
    "interval": ("95 % interval", "95 % 구간"),
    "noticed_after": ("noticed after", "탐지까지"),
    "noticed": ("noticed", "탐지된 곳"),
    "noticed_at_once": ("noticed at once", "즉시 탐지"),
    "noticed_later": ("noticed after {delay}", "{delay} 만에 탐지"),
    "not_noticed": ("not noticed", "탐지하지 못함"),
    "required": ("required", "합격 기준"),
    "in_numbers": ("In numbers", "수치로 보기"),
    "examples": ("One of each kind", "종류별 예"),
    "examples_told": (
        "Of each kind the trial in the middle, from the one that was noticed first to those that never were.",
        "종류마다 가장 빨리 탐지한 것부터 탐지하지 못한 것까지 늘어놓았을 때 가운데에 있는 시험입니다.",
    ),
    "with_fault": ("with the fault", "결함을 넣은 값"),
    "as_it_was": ("as it was", "원래 값"),
    "fault_rows": ("where the fault is", "결함 구간"),
    "constant_scores": ("constant scores", "점수가 모두 같음"),
    "missing_scores": ("missing scores", "점수가 없음"),
    "misaligned": ("misaligned", "점수와 행이 어긋남"),
    "blind": ("blind", "값에 반응하지 않음"),
    "constant_scores_seen": (
        "all {rows:,} rows score {score:.6g}, also with changes of {change:,.0f} usual spreads.",
        "{rows:,}개 행의 점수가 모두 {score:.6g}이며, 값을 평소 변동 폭의 {change:,.0f}배만큼 바꾸어도 같습니다.",
    ),
    "missing_scores_seen": (
        "{silent:,} of {due:,} rows with values and a whole past have no score, row {first:,} first.",
        "값과 앞선 행이 모두 있는 {due:,}개 행 중 {silent:,}개에 점수가 없습니다. 첫 번째는 {first:,}행입니다.",
    ),
    "misaligned_seen": (
        "a spike in row {row:,} raises the score of row {other:,} most.",
        "{row:,}행의 급등이 {other:,}행의 점수를 가장 많이 높입니다.",
    ),
    "blind_seen": (
        "a change of column '{column}' by {change:,.0f} usual spreads moves no score.",
        "열 '{column}'을(를) 평소 변동 폭의 {change:,.0f}배만큼 바꾸어도 점수가 변하지 않습니다.",
    ),
}
