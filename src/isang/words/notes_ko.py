"""Notes in Korean, by what they are in English."""

from __future__ import annotations

NOTES: dict[str, str] = {
    # bills
    "{path}: a header and no rows.": "{path}: 제목 줄만 있고 행이 없습니다.",
    "{path}: {count:,} rows are the same as another one; all of them count.": (
        "{path}: 다른 행과 똑같은 행이 {count:,}개 있으며, 모두 합산합니다."
    ),
    "{path}: {count:,} rows repeat a line item that was there; each counts once.": (
        "{path}: 이미 있는 항목을 되풀이한 행이 {count:,}개 있으며, 한 번씩만 합산합니다."
    ),
    "{count:,} rows last longer than a slot; their cost is spread evenly over its slots.": (
        "기간이 한 칸보다 긴 행이 {count:,}개 있으며, 비용을 기간에 고르게 나눕니다."
    ),
    "not judged, as it is no usage: {totals}.": "사용량이 아니어서 판정하지 않음: {totals}.",
    "{count:,} rows name no currency; they are taken to be in {currency}, as all others are.": (
        "통화가 비어 있는 행이 {count:,}개 있으며, 다른 모든 행과 같이 {currency}로 봅니다."
    ),
    "the first {first} of {days} days are not judged, as they follow no others: give the months before, too.": (
        "{days}일 가운데 처음 {first}일은 앞선 날이 없어 판정하지 않았습니다. 그 앞의 몇 달도 함께 주십시오."
    ),
    "Purchase": "약정 구매",
    "Tax": "세금",
    "Credit": "크레딧",
    "Adjustment": "조정",
    "Correction": "정정",
    "{path}: {rows:,} rows of {days} days ({cost}) are left out, as another export holds the same account and billing "
    "period newer or amortised; they are not added twice.": (
        "{path}: {days}일의 행 {rows:,}개({cost})는 뺐습니다. 같은 계정과 청구 기간이 더 새롭거나 상각한 내보내기에 "
        "있으므로 두 번 더하지 않습니다."
    ),
    "a bill: {layout}; {cost}": "청구서: {layout}, {cost}",
    "a bill: {layout}; {cost} in {currencies}": "청구서: {layout}, {cost}({currencies})",
    "dimensions of the bill": "청구서의 분류 기준",
    "{key} is {column!r}": "{key}: {column!r}",
    "another amount; add `--value` to judge it": "다른 금액입니다. 판정하려면 `--value`로 지정하십시오",
    "no usual dimension; add `--key` to tell it apart": "흔한 분류가 아닙니다. 나누어 보려면 `--key`로 지정하십시오",
    # logs
    "logs: {layouts}; {count:,} records": "로그: {layouts}, 기록 {count:,}건",
    "{count:,} templates": "템플릿 {count:,}개",
    "no line holds what --session says, so that nothing is known of the order of lines.": (
        "--session에 맞는 줄이 없어 줄의 순서는 판단하지 못했습니다."
    ),
    "about {count:,} lines were looked at, as --sample-lines says.": (
        "--sample-lines에 따라 약 {count:,}줄만 살펴보았습니다."
    ),
    "lines are counted in slots of {step}, not {usual}, as --memory says.": (
        "--memory에 맞추어 줄을 {usual}이 아니라 {step} 간격으로 셌습니다."
    ),
    "{count:,} labelled lines were learnt from; none judges itself.": (
        "레이블이 있는 줄 {count:,}개로 학습했습니다. 어느 줄도 스스로를 판정하지 않습니다."
    ),
    "{share} of the lines have templates that the model does not know of their log: it was probably fitted on other "
    "logs. Judge these by a model of their own (isang fit).": (
        "줄의 {share}는 그 로그에서 모델이 모르는 템플릿입니다. 모델이 다른 로그로 학습되었을 것입니다. "
        "이 로그는 이 로그로 학습한 모델(isang fit)로 판정하십시오."
    ),
    "{count:,} lines are in no record, as theirs was too long by then.": (
        "기록이 너무 길어 어느 기록에도 넣지 못한 줄이 {count:,}개 있습니다."
    ),
    # columns that are set aside
    "empty": "비어 있음",
    "constant": "늘 같은 값",
    "constant text": "늘 같은 글",
    "row number": "행 번호",
    "identifier, by its name": "이름으로 보아 식별자",
    "identifier: a different text in each row": "행마다 다른 글이므로 식별자",
    "not among the values asked for": "요청한 값이 아님",
    "no values; states such as {state!r} alone": "값 없이 {state!r} 같은 상태만 있음",
    "{kind}; no numbers": "{kind} 형식이며 숫자가 아님",
    "text; {share}% of its filled cells are numbers, {needed} are needed": (
        "글입니다. 채워진 칸의 {share}%만 숫자이며 {needed}가 필요합니다"
    ),
    "text with {kinds} values that tell no rows apart; add `--key {column}` to judge each alone": (
        "값이 {kinds}가지인 글입니다. 따로 판정하려면 `--key {column}`을 더하십시오"
    ),
    "looks like labels; not used; add `--label {column}` to measure": (
        "라벨로 보여 쓰지 않았습니다. 성능을 재려면 `--label {column}`을 더하십시오"
    ),
    # rows, cells and times
    "rows with the time of another row of their entity: {count}; all of them are judged.": (
        "같은 개체의 다른 행과 시각이 같은 행: {count}개. 모두 판정합니다."
    ),
    "rows with the time of another row: {count}; all of them are judged.": (
        "다른 행과 시각이 같은 행: {count}개. 모두 판정합니다."
    ),
    "rows earlier than the row before them: {count}; rows are judged in the order of time.": (
        "앞 행보다 이른 행: {count}개. 시간 순서로 판정합니다."
    ),
    "{count} times in column {column!r} are written as {other}, not {form}.": (
        "{column!r} 열의 시각 {count}개는 {form} 형식이 아니라 {other} 형식으로 적혀 있습니다."
    ),
    "times in column {column!r} could be day/month or month/day; read as {form}.": (
        "{column!r} 열의 시각은 일/월인지 월/일인지 알 수 없어 {form}(으)로 읽었습니다."
    ),
    "{count} times do not exist in {zone} (clocks went forward); moved forward by the gap.": (
        "{zone}에 없는 시각이 {count}개 있어(서머타임 시작) 그만큼 뒤로 옮겼습니다."
    ),
    "{count} times exist twice in {zone} (clocks went back); the earlier one is taken.": (
        "{zone}에 두 번 있는 시각이 {count}개 있어(서머타임 종료) 앞의 것으로 보았습니다."
    ),
    # what was recognised
    "numbers over time": "시간에 따른 숫자",
    "numbers in the order of rows; no time column was found": "행 순서의 숫자(시간 열을 찾지 못함)",
    "as asked for": "요청대로",
    "as the model learnt": "모델이 학습한 대로",
    # thresholds and judgement
    "{rule} on scores of rows that the model had not seen": "모델이 보지 않은 행의 점수에 {rule} 적용",
    "{rule}, a value that was set and not learnt from scores": "{rule}(점수에서 배우지 않고 정해 둔 값)",
    "{rule} on the calibration part": "보정 구간에 {rule} 적용",
    "{rule} on the calibration part, with the tail of {earlier:,} rows before it": (
        "보정 구간에 {rule} 적용, 꼬리 분포는 그 앞 {earlier:,}개 행도 함께 사용"
    ),
    "the training of {detector} was interrupted after epoch {epoch}: rows are judged by its best weights so far.": (
        "{detector} 학습이 {epoch}번째 에포크에서 중단되어, 그때까지 가장 좋은 가중치로 판정합니다."
    ),
    "from {start} on, {what}": "{start}부터: {what}",
    "{rows} scored rows are too few to set a threshold: rows are ranked, none is flagged.": (
        "점수를 매긴 행이 {rows}개뿐이라 임계값을 정하지 못했습니다. 순위만 매기고 이상으로 판정하지 않습니다."
    ),
    "{rule} found no threshold worth having in {rows} rows: rows are ranked, none is flagged.": (
        "{rule}이(가) 행 {rows}개에서 쓸 만한 임계값을 찾지 못했습니다. 순위만 매기고 이상으로 판정하지 않습니다."
    ),
    "entities without rows to learn from are judged by all others: {names}{more}.": (
        "학습할 행이 없는 개체는 나머지 개체로 판정합니다: {names}{more}."
    ),
    " and {count:,} more": " 외 {count:,}개",
    "two years or more came: what is before the last year is learnt from, the last is judged; or say --split. Where "
    "traffic grows, --walk-forward quarter learns anew as time goes on.": (
        "2년 이상의 데이터입니다. 마지막 해 이전으로 학습하고 마지막 해를 판정합니다(--split으로 바꿀 수 있음). "
        "사용량이 늘어나는 데이터라면 --walk-forward quarter로 시간에 따라 다시 학습하십시오."
    ),
    "{count:,} rows have no label in {label!r}: they count neither way.": (
        "{label!r} 라벨이 없는 행이 {count:,}개 있으며, 어느 쪽으로도 세지 않습니다."
    ),
    "{count} of {all} events in {path} name what the bill does not hold ({name}): they do not count.": (
        "{path}의 사건 {all}건 중 {count}건은 청구서에 없는 대상({name})을 가리켜 세지 않습니다."
    ),
    "{outside} of {count} events in {path} lie outside the data: they do not count.": (
        "{path}의 사건 {count}건 중 {outside}건은 데이터 밖에 있어 세지 않습니다."
    ),
    "{lost} of {count} events lie wholly in rows that are left out or absent: they do not count.": (
        "사건 {count}건 중 {lost}건은 빠지거나 없는 행에만 있어 세지 않습니다."
    ),
    "{unmarked} of {count} events have no row before them to warn in (--lead {lead}): they do not count.": (
        "사건 {count}건 중 {unmarked}건은 미리 알릴 앞선 행이 없어(--lead {lead}) 세지 않습니다."
    ),
    "{model} did not word {ids}: {why}. The template's words stand there.": (
        "{model}이(가) 다음을 설명하지 못해 정해진 문장을 씁니다: {ids} ({why})."
    ),
}
