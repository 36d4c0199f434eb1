"""The words of page, figures and terminal, in English and Korean."""

from __future__ import annotations

from isang.errors import UsageError

LANGUAGES = ("en", "ko")

_PHRASES: dict[str, tuple[str, str]] = {
    # strip
    "rows": ("Rows", "행"),
    "rows_told": ("{rows} read", "{rows}개 읽음"),
    "scored_told": ("{scored} judged", "{scored}개 판정"),
    "asked_for": ("asked for: {requested}", "요청: {requested}"),
    "skipped_told": ("{skipped} skipped", "{skipped}개 건너뜀"),
    "unscored_told": ("{unscored} not judged", "{unscored}개 판정 안 함"),
    "mode": ("Mode", "방식"),
    "hindsight": ("hindsight", "사후 판정"),
    "causal": ("causal", "과거 기준 판정"),
    "hindsight_means": ("every row judged by the rest of the data", "각 행을 나머지 데이터로 판정"),
    "causal_means": ("every row judged by its past alone", "각 행을 과거 데이터로만 판정"),
    "model": ("Model", "모델"),
    "learnt_from_rows": ("learnt from {rows} rows", "{rows}개 행으로 학습"),
    "detector": ("Detector", "탐지기"),
    "threshold": ("threshold", "임계값"),
    "threshold_from": ("from {source}", "근거: {source}"),
    "no_threshold": ("none: a ranking only", "없음: 순위만 제공"),
    "false_alarms": ("False alarms to expect", "예상 오경보"),
    "measured": ("Against the labels", "라벨과 비교"),
    "events_found": ("{found} of {events} events found", "사건 {events}건 중 {found}건 탐지"),
    "alarms_a_week": ("{count} false alarms a week", "오경보 주당 {count}건"),
    "alarms_in_all": ("{count} false alarms", "오경보 {count}건"),
    "on_hindsight": ("on all rows, in hindsight", "모든 행을 사후 판정한 결과"),
    "on_test": ("on the test part", "시험 구간 결과"),
    "a_week": ("{count} a week", "주당 {count}건"),
    "no_time_no_week": ("no time column, so no rate", "시간 열이 없어 계산하지 않음"),
    "period": ("Period", "기간"),
    "step": ("one row every {step}", "{step} 간격"),
    "entities_told": ("{count} entities", "개체 {count}개"),
    "set_aside": ("Set aside", "제외한 열"),
    "warnings": ("Worth knowing", "참고할 점"),
    "columns": ("Judged columns", "판정한 열"),
    # verdict
    "nothing": ("Nothing stands out", "눈에 띄는 이상이 없습니다"),
    "nothing_means": (
        "No row reached the threshold. That is a proper result: the data look like their own past.",
        "임계값을 넘은 행이 없습니다. 정상적인 결과이며, 데이터가 평소 모습과 같습니다.",
    ),
    "nothing_unranked": (
        "There were too few rows to set a threshold, so this is a ranking only.",
        "행이 너무 적어 임계값을 정하지 못했으므로 순위만 보여 드립니다.",
    ),
    "one_incident": ("1 incident", "이상 상황 1건"),
    "many_incidents": ("{count} incidents", "이상 상황 {count}건"),
    "in_files": ("in {files}", "{files}"),
    "and_more": ("and {count} more", "외 {count}개"),
    # cards
    "incidents": ("Incidents", "이상 상황"),
    "what": ("What", "무엇"),
    "how_bad": ("How bad", "심각도"),
    "why": ("Why", "원인"),
    "since": ("Since", "시점"),
    "next": ("Next", "다음"),
    "risk": ("risk {risk} of 100", "위험도 {risk}/100"),
    "part_anomaly": ("anomaly {points}", "이상 {points}"),
    "part_severity": ("severity {points}", "중대성 {points}"),
    "part_impact": ("impact {points}", "영향 {points}"),
    "times_over": ("score {times} × its threshold", "점수는 임계값의 {times}배"),
    "impact": ("impact {value} {unit}", "영향 {value} {unit}"),
    "a_month": ("{value} {unit} a month", "월 {value} {unit}"),
    "provisional": ("provisional: these data may still change", "잠정: 데이터가 바뀔 수 있음"),
    "known": ("known: {kind}", "알려진 일: {kind}"),
    "column": ("column", "열"),
    "share": ("share", "비중"),
    "actual": ("actual", "실제"),
    "expected": ("expected", "예상"),
    "usual_range": ("usual range", "평소 범위"),
    "to": ("{lower} to {upper}", "{lower} ~ {upper}"),
    "rules_fired": ("rules: {rules}", "규칙: {rules}"),
    "members_spoke": ("detectors: {members}", "탐지기: {members}"),
    "unexplained": ("no single column stands out", "두드러진 열이 없음"),
    "ended": ("ended", "종료"),
    "ongoing": ("still going on", "진행 중"),
    "onset": ("moving away since {time}", "{time}부터 벗어나기 시작"),
    "lasted": ("lasted {duration}", "{duration} 동안"),
    "flagged_rows": ("{rows} flagged rows", "이상 행 {rows}개"),
    "flagged_row": ("1 flagged row", "이상 행 1개"),
    "row_span": ("rows {first} to {last}", "{first}~{last}행"),
    "row_one": ("row {first}", "{first}행"),
    "alike": ("like {start} ({similarity})", "유사: {start} ({similarity})"),
    "no_next": ("nothing to run", "실행할 명령 없음"),
    "undrawn": ("The other incidents", "그 밖의 이상 상황"),
    "undrawn_told": (
        "The {drawn} riskiest are drawn above; all are in incidents.json.",
        "위험도 상위 {drawn}건만 그렸으며, 전체는 incidents.json에 있습니다.",
    ),
    "table_short": ("{count} more stand in incidents.json.", "나머지 {count}건은 incidents.json에 있습니다."),
    "band": ("Band", "등급"),
    "entity": ("Entity", "개체"),
    "when": ("When", "시각"),
    "title": ("What", "무엇"),
    "score": ("score", "점수"),
    "value": ("value", "값"),
    # figures
    "usual": ("usual range", "평소 범위"),
    "flagged": ("flagged", "이상"),
    "not_scored": ("not judged", "판정 안 함"),
    "no_data": ("no data", "데이터 없음"),
    "row_number": ("row", "행"),
    "rows_here": ("rows", "행 수"),
    # sections
    "whole": ("The whole series", "전체 구간"),
    "fleet": ("When and where", "언제 어디서"),
    "misses": ("The nearest misses", "가장 가까웠던 행"),
    "misses_told": ("The strangest rows, none of them strange enough.", "가장 특이했지만 임계값에는 못 미친 행입니다."),
    "share_of_threshold": ("{share} of the threshold", "임계값의 {share}"),
    "what_next": ("What next", "다음 단계"),
    "listen_closer": (
        "To listen more closely, allow more false alarms:",
        "더 민감하게 보려면 오경보를 더 허용하십시오:",
    ),
    "training": ("Training", "학습"),
    "training_told": (
        "How well windows are given back, epoch by epoch: grey, windows that were trained on; blue, later ones, "
        "which tell when to stop.",
        "에포크별 복원 오차입니다. 회색은 학습에 쓴 구간, 파란색은 학습을 멈출 때를 정하는 이후 구간입니다.",
    ),
    "training_ended": ("{net}: {epochs} epochs, {stopped}", "{net}: {epochs} 에포크, {stopped}"),
    "all epochs done": ("all epochs done", "정한 에포크를 모두 마침"),
    "no better on later windows": ("no better on later windows", "이후 구간에서 더 나아지지 않음"),
    "interrupted": ("interrupted", "중단됨"),
    "loss": ("trained on", "학습 구간"),
    "validation_loss": ("later windows", "이후 구간"),
    "epoch": ("epoch", "에포크"),
    "loss_axis": ("loss", "손실"),
    "distribution": ("How strange the rows are", "행의 특이한 정도"),
    "distribution_told": (
        "Rows by score; what lies past the line is flagged.",
        "점수별 행 수. 선을 넘은 행이 이상입니다.",
    ),
    "unscored": ("Rows that were not judged", "판정하지 않은 행"),
    "reason": ("Reason", "이유"),
    "warm_up": ("warm-up: too little before it", "준비 구간: 앞선 행이 부족함"),
    "gap": ("next to a gap", "데이터 공백 옆"),
    "missing": ("more than half of its cells missing", "절반 넘는 값이 비어 있음"),
    "too_short": ("its entity has too few rows", "개체의 행이 너무 적음"),
    "immature": ("too recent to be final", "아직 확정되지 않은 최근 데이터"),
    "skipped_rows": ("Rows that could not be read", "읽지 못한 행"),
    "provenance": ("Where this comes from", "출처"),
    "inputs": ("Inputs", "입력"),
    "file": ("File", "파일"),
    "bytes": ("Bytes", "바이트"),
    "encoding": ("Encoding", "인코딩"),
    "count": ("Rows", "행 수"),
    "command": ("Command", "명령"),
    "versions": ("Versions", "버전"),
    "seed": ("Seed", "시드"),
    "timings": ("Time taken", "걸린 시간"),
    "plan": ("Plan", "계획"),
    "expert": ("What it means", "읽는 법"),
    "no_script": (
        "Charts need JavaScript; every fact also stands in the text.",
        "차트에는 JavaScript가 필요하며, 모든 사실은 글로도 적혀 있습니다.",
    ),
    "made_offline": (
        "Made by isang {version} on this machine; this page loads nothing from the network.",
        "isang {version}이(가) 이 컴퓨터에서 만든 문서이며, 네트워크를 사용하지 않습니다.",
    ),
    # terminal
    "recognised": ("Recognised", "인식"),
    "pack": ("pack", "팩"),
    "time_column": ("time", "시간"),
    "no_time": ("none: rows in their order", "없음: 행 순서대로"),
    "keys": ("keys", "키"),
    "values": ("values", "값"),
    "more_in": ("{count} more in {file}", "{file}에 {count}건 더 있음"),
    "report_lies": ("Report", "보고서"),
    "try": ("Try", "실행해 보기"),
    "warning": ("note", "참고"),
    # isang show
    "moment_told": (
        "{when}: score {score}, threshold {threshold}{p}: {verdict}.",
        "{when}: 점수 {score}, 임계값 {threshold}{p}: {verdict}.",
    ),
    "moment_unscored": ("{when}: not judged: {why}.", "{when}: 판정 안 함: {why}."),
    "learnt_from": ("it belongs to the part that was learnt from", "학습에 쓴 구간에 속함"),
    "not_flagged": ("not flagged", "이상 아님"),
    "too_few": ("there were too few rows to set a threshold", "행이 너무 적어 임계값이 없음"),
    "part_of": ("incident {id}", "이상 상황 {id}"),
    "more_rows": ("{count} more rows", "{count}행 더 있음"),
    "row_of": ("row {row}", "{row}행"),
    "gaps_told": ("gaps: {count}", "공백 {count}개"),
}


def phrase(key: str, lang: str, **fields: object) -> str:
    """The words for `key` with its fields filled in; KeyError for an unknown key."""
    return _PHRASES[key][language(lang)].format(**fields)


def has_phrase(key: str) -> bool:
    """Whether there are words for `key`; what comes from data may have none."""
    return key in _PHRASES


def language(lang: str) -> int:
    """Its place in LANGUAGES; UsageError names the known ones."""
    if lang not in LANGUAGES:
        raise UsageError(f"'{lang}' is no language of the reports. Known: {', '.join(LANGUAGES)}.")
    return LANGUAGES.index(lang)
