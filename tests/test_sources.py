"""Files as they come: encodings, broken rows, packed, cut off, or no tables at all (cases F01 to F16 of faults.md)."""

from __future__ import annotations

import gzip
import io
import json
import os
import sys
import threading
import unicodedata
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import zstandard

from isang import family
from isang.errors import InputError, UsageError
from isang.sources import _unpack
from isang.sources._content import load
from isang.sources._files import read_files, stacked
from isang.sources.base import ROW
from isang.words.reading import Table


def table(
    folder: Path, data: bytes, *, name: str = "f.csv", encoding: str | None = None, strict: bool = False
) -> Table:
    file = folder / name
    file.write_bytes(data)
    return read_files([str(file)], encoding, strict=strict)[0]


def rows(found: Table) -> list[tuple[Any, ...]]:
    return found.frame.drop(ROW, strict=False).rows()


def reasons(found: Table) -> dict[str, tuple[int | None, int | None, int]]:
    return {s.reason: (s.row, s.byte_offset, s.count) for s in found.skipped}


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16", "utf-16-le", "utf-16-be"])
def test_f02_encodings_and_line_ends_read_like_their_utf8_twin(tmp_path: Path, encoding: str, ends: str) -> None:
    text = ends.join(["시각,온도,뷁", "2024-01-01 00:00,1.5,서울", "2024-01-01 00:01,2.5,부산", ""])
    found = table(tmp_path, text.encode(encoding))
    assert found.frame.columns == ["시각", "온도", "뷁"]
    assert rows(found) == [("2024-01-01 00:00", "1.5", "서울"), ("2024-01-01 00:01", "2.5", "부산")]
    assert found.inputs[0].encoding == encoding
    assert not found.skipped


def test_f02_a_western_degree_sign_is_no_korean(tmp_path: Path) -> None:
    assert table(tmp_path, "t,Temp (°C)\n1,2\n".encode("latin-1")).frame.columns == ["t", "Temp (°C)"]


def test_f02_encoding_asked_for_wins_and_an_unknown_one_is_named(tmp_path: Path) -> None:
    data = "a,é\n1,2\n".encode("latin-1")
    assert table(tmp_path, data, encoding="latin-1").frame.columns == ["a", "é"]
    assert table(tmp_path, "가,b\n1,2\n".encode("cp949"), encoding="euc-kr").inputs[0].encoding == "cp949"
    with pytest.raises(UsageError, match="'utf-99' is no encoding"):
        table(tmp_path, data, encoding="utf-99")


def test_f01_a_mark_inside_is_taken_out_and_told_the_row_kept(tmp_path: Path) -> None:
    found = table(tmp_path, b"\xef\xbb\xbfa,b\n1,2\n\xef\xbb\xbfa,b\n3,4\n\xef\xbb\xbf5,6\n")
    assert rows(found) == [("1", "2"), ("3", "4"), ("5", "6")]
    assert reasons(found) == {"the header again": (2, 11, 1)}
    assert "byte-order mark" in found.warnings[0]


def test_f03_rows_of_another_encoding_are_counted_with_their_place(tmp_path: Path) -> None:
    data = "a,b\n서울,1\n".encode() + "서울,2\n".encode("cp949") + b"x,3\n"
    found = table(tmp_path, data)
    assert rows(found) == [("서울", "1"), ("x", "3")]
    assert found.frame[ROW].to_list() == [1, 3]
    assert reasons(found) == {"not utf-8": (2, 13, 1)}
    with pytest.raises(InputError, match=r"row 2 \(byte 13\): not utf-8"):
        table(tmp_path, data, strict=True)


def test_f04_a_nul_byte_spoils_its_cell_only(tmp_path: Path) -> None:
    assert rows(table(tmp_path, b"a,b\n1\0,2\n3,4\n")) == [("1\0", "2"), ("3", "4")]


@pytest.mark.parametrize(
    ("data", "kept", "left_out"),
    [
        (b"a,b\n1,2\n3\n4,5,6\n7,8\n", [("1", "2"), ("7", "8")], ["1 cells where 2", "3 cells where 2"]),
        (b"a,b\n1,\n3\n5,6\n", [("1", None), ("5", "6")], ["1 cells where 2"]),
        (b'a,b\n"x,2\n3,4\n5,6\n', [("3", "4"), ("5", "6")], ["a quote is not closed"]),
        (b'a,b\n1,"2\n3,4\n5,"6\n7,8\n', [("3", "4"), ("7", "8")], ["a quote is not closed"]),
        (b'a,b\n"x"y,2\n3,4\n', [("3", "4")], ["a quote is not closed"]),
        (b'a,b\n5" pipe,2\n3,4\n', [('5" pipe', "2"), ("3", "4")], []),
        (b'a,b\n"x\ny",2\n3,4\n', [("x\ny", "2"), ("3", "4")], []),
        (b'a,b\n"x\ny",2\n3\n', [("x\ny", "2")], ["1 cells where 2"]),
        (b'a,b\n"x, ""y""",2\n', [('x, "y"', "2")], []),
        (b"a,b\n1,2\n\n3,4\n\n\n", [("1", "2"), ("3", "4")], ["a blank line"]),
    ],
)
def test_f05_rows_that_are_none_are_counted_and_the_rest_kept(
    tmp_path: Path, data: bytes, kept: list[tuple[str, str]], left_out: list[str]
) -> None:
    found = table(tmp_path, data)
    assert rows(found) == kept
    assert [s.reason[: len(told)] for s, told in zip(found.skipped, left_out, strict=True)] == left_out


def test_f05_a_quote_left_open_swallows_no_more_than_its_row(tmp_path: Path) -> None:
    body = b"".join(b"%d,%d\n" % (i, i) for i in range(300_000))
    found = table(tmp_path, b'a,b\n0,"0\n' + body + b'1,"1\n')
    assert len(found.frame) == 300_000
    assert sum(s.count for s in found.skipped) == 2


@pytest.mark.parametrize(
    "data", [b"", b"\n\n", b"\xef\xbb\xbf", b"a,b\n", b"a,b", b"a,b\n\n\n", b"\xc2\xa0\n ", b"sep=;\n"]
)
def test_f06_no_rows_is_an_error_of_one_line(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(InputError, match=r"empty|no rows") as caught:
        table(tmp_path, data)
    assert "\n" not in str(caught.value)


def test_f06_one_row_and_one_column_are_read(tmp_path: Path) -> None:
    assert rows(table(tmp_path, b"a,b\n1,2")) == [("1", "2")]
    assert rows(table(tmp_path, b"value\n1\n\n3\n")) == [("1",), (None,), ("3",)]


def test_f07_names_stay_unless_doubled_or_empty(tmp_path: Path) -> None:
    long = "x" * 20_000
    found = table(tmp_path, f"<script>,=cmd,a.b,한글,a,a,a_2,,{long}\n1,2,3,4,5,6,7,8,9\n".encode())
    assert found.frame.columns == ["<script>", "=cmd", "a.b", "한글", "a", "a_3", "a_2", "column_8", long]
    assert ["'a_3'" in w or "'column_8'" in w for w in found.warnings] == [True, True]


@pytest.mark.parametrize(
    ("data", "columns", "first"),
    [
        (b"1\n2\n", ["value"], ("1",)),
        (b"1,2\n3,4\n", ["value_1", "value_2"], ("1", "2")),
        (b" 1.5   2e3\n 3 4\n", ["value_1", "value_2"], ("1.5", "2e3")),
        (b'-1 "19/07/2008 11:55:00"\n1 "19/07/2008 12:32:00"\n', ["value", "time"], ("-1", "19/07/2008 11:55:00")),
        (b"2024-01-01 00:00:00 5\n2024-01-01 00:01:00 6\n", ["time", "value"], ("2024-01-01 00:00:00", "5")),
        (b"2024-01-01,web,5\n2024-01-02,web,6\n", ["time", "text_2", "value"], ("2024-01-01", "web", "5")),
        (b"t;v\n1;1,5\n2;2,5\n", ["t", "v"], ("1", "1.5")),
        (b"t;v\n1;1.234,5\n2;2,5\n", ["t", "v"], ("1", "1234.5")),
        (b"1,5;2,5\n2,5;3,5\n", ["value_1", "value_2"], ("1.5", "2.5")),
        (b"t\tv\n1\t1,500\n", ["t", "v"], ("1", "1,500")),
        (b't,v\n1,"1,5"\n2,"2,75"\n', ["t", "v"], ("1", "1.5")),
        (b"t|v\n1|2\n", ["t", "v"], ("1", "2")),
        (b"sep=;\nt;v\n1;2\n", ["t", "v"], ("1", "2")),
        (b"a,b\nx,1,2\ny,3,4\n", ["column_1", "a", "b"], ("x", "1", "2")),
        (b"server,2024-01-01,2024-01-02\nweb,1,2\n", ["server", "2024-01-01", "2024-01-02"], ("web", "1", "2")),
        (" ".join(map(str, range(500))).encode(), ["value"], ("0",)),
    ],
)
def test_layouts(tmp_path: Path, data: bytes, columns: list[str], first: tuple[str, ...]) -> None:
    found = table(tmp_path, data)
    assert found.frame.columns == columns
    assert rows(found)[0] == first
    assert not found.skipped


def test_a_huge_cell_is_read(tmp_path: Path) -> None:
    assert len(rows(table(tmp_path, b"a,b\n1," + b"x" * 3_000_000 + b"\n2,y\n"))) == 2


def test_f12_packed_files_are_known_by_their_bytes_and_members_joined(tmp_path: Path) -> None:
    first, second = b"a,b\n1,2\n", b"3,4\n"
    pack = zstandard.ZstdCompressor().compress
    for data in (gzip.compress(first) + gzip.compress(second), pack(first) + pack(second)):
        assert rows(table(tmp_path, data, name="plain.csv")) == [("1", "2"), ("3", "4")]


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.ZstdCompressor(write_checksum=True).compress])
def test_f12_cut_off_and_damaged_packs_name_the_unpacked_offset(tmp_path: Path, pack: Any) -> None:
    data = os.urandom(50_000).hex().encode()
    packed = pack(data)
    with pytest.raises(InputError, match=r"cut off after \d+ unpacked bytes"):
        table(tmp_path, packed[: len(packed) // 2])
    with pytest.raises(InputError, match=r"(damaged|cut off|followed by something else) after \d+ unpacked bytes"):
        table(tmp_path, packed[:100] + bytes(200) + packed[300:])


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.ZstdCompressor().compress])
def test_f12_a_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pack: Any) -> None:
    monkeypatch.setattr(_unpack, "BOMB_BYTES", 1 << 22)
    monkeypatch.setattr(_unpack, "BOMB_RATIO", 500)
    with pytest.raises(InputError, match="times its size"):
        table(tmp_path, pack(bytes(1 << 25)))


def parquet(frame: pl.DataFrame) -> bytes:
    file = io.BytesIO()
    frame.write_parquet(file)
    return file.getvalue()


def test_f13_parquet_of_all_kinds_and_its_damages(tmp_path: Path) -> None:
    frame = pl.DataFrame({"t": [1, 2], "s": [{"x": 1.5}, {"x": 2.5}], "c": pl.Series(["u", "v"], dtype=pl.Categorical)})
    frame = frame.with_columns(pl.Series("d", ["1.5", "2.5"]).str.to_decimal(scale=2))
    data = parquet(frame)
    assert rows(table(tmp_path, data)) == [(1, 1.5, "u", 1.5), (2, 2.5, "v", 2.5)]
    for broken in (data[: len(data) // 2], data[:4], data[:-4] + b"XXXX"):
        with pytest.raises(InputError, match="no readable Parquet"):
            table(tmp_path, broken)
    with pytest.raises(InputError, match="no rows"):
        table(tmp_path, parquet(frame.clear()))


def test_jsonl_with_odd_lines_nested_objects_and_arrays(tmp_path: Path) -> None:
    assert rows(table(tmp_path, b'{"t":1,"h":{"n":"a"}}\n{"t":2,"h":{"n":"b"}}\n')) == [(1, "a"), (2, "b")]
    found = table(tmp_path, b'{"t":1,"v":2.5}\n{bad\n{"t":2,"v":"x"}\n[1]\n\xff\n', encoding="utf-8")
    assert rows(found) == [(1.0, "2.5"), (2.0, "x")]
    assert reasons(found) == {"no valid JSON": (2, 16, 1), "no JSON object": (4, 37, 1), "not utf-8": (5, 41, 1)}
    assert rows(table(tmp_path, b'[\n {"t":1,"v":2},\n {"t":2}\n]')) == [(1.0, 2.0), (2.0, None)]
    with pytest.raises(InputError, match="row 2: no valid JSON"):
        table(tmp_path, b'{"t":1}\n{bad\n', strict=True)
    with pytest.raises(InputError, match="no valid JSON"):
        table(tmp_path, b'{"a":' * 100_000)


def answer(result: Any, kind: str = "matrix") -> bytes:
    return json.dumps({"status": "success", "data": {"resultType": kind, "result": result}}).encode()


def test_prometheus_labels_become_columns_and_nan_is_missing(tmp_path: Path) -> None:
    series = [
        {"metric": {"__name__": "up", "instance": "a"}, "values": [[1.5, "1"], [2.5, "NaN"]]},
        {"metric": {"__name__": "up", "instance": "b"}, "values": [[1.5, "+Inf"], [2.5, "3e2"]]},
    ]
    found = table(tmp_path, answer(series))
    assert found.frame.columns == ["time", "instance", "up"]
    assert rows(found) == [(1.5, "a", 1.0), (2.5, "a", None), (1.5, "b", None), (2.5, "b", 300.0)]
    vector = [{"metric": {"__name__": n}, "value": [1, "1"]} for n in ("up", "down")]
    assert table(tmp_path, answer(vector, "vector")).frame.columns == ["time", "__name__", "value"]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b'{"status":"error","errorType":"bad_data","error":"no such metric"}', "bad_data: 'no such metric'"),
        (answer([]), "no samples"),
        (answer([1, "2"], "scalar"), "'scalar'"),
        (answer([{"metric": {}, "values": [[1, "1"]]}])[:-5], "no valid JSON"),
        (answer([{"metric": {}, "values": [["x"]]}]), "not \\[time, value\\]"),
    ],
)
def test_prometheus_answers_that_hold_nothing(tmp_path: Path, data: bytes, told: str) -> None:
    with pytest.raises(InputError, match=told):
        table(tmp_path, data)


@pytest.mark.parametrize("name", family.names("sources"))
def test_each_kind_of_file_is_claimed_by_one_source(name: str) -> None:
    heads = {
        "csv": [b"a,b\n1,2\n", b"[1] x\n", b"{x},y\n", b"\xef\xbb\xbfa\n"],
        "jsonl": [b'{"a":1}\n', b"[\n{}]", b'\xef\xbb\xbf{"a":1}', b"{}\n"],
        "parquet": [b"PAR1\x15"],
        "prometheus_json": [answer([]), b'\n{\n "status": "error",\n "errorType" : "x"}'],
    }
    for kind, examples in heads.items():
        for head in examples:
            assert family.member("sources", name).fits(head) == (kind == name), head


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"PK\x03\x04", "ZIP"),
        (b"%PDF-1.7", "PDF"),
        (b"\x80\x04\x95\x00", "pickle"),
        (b"<!DOCTYPE html><html>", "HTML"),
        (bytes(range(1, 32)) * 20, "binary"),
        (bytes(5000), "binary"),
    ],
)
def test_f16_what_is_no_table_is_named(tmp_path: Path, data: bytes, what: str) -> None:
    with pytest.raises(InputError, match=f"looks like an? .*{what}|looks like a .*{what}"):
        table(tmp_path, data)


def test_f16_names_that_lead_nowhere(tmp_path: Path) -> None:
    (tmp_path / "metrics.csv").write_text("a\n1\n")
    for path, told in [
        (tmp_path, "is a directory"),
        (tmp_path / "metrisc.csv", "Did you mean .*metrics.csv"),
        (tmp_path / "no" / "x.csv", "there is no folder"),
        (Path("/dev/zero"), "device"),
        (tmp_path / ("x" * 300), "cannot be read"),
        (tmp_path / "nul\0", "cannot be read"),
    ]:
        with pytest.raises(InputError, match=told):
            load(str(path))
    (tmp_path / "dangling").symlink_to(tmp_path / "gone")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(InputError, match="does not exist"):
        load(str(tmp_path / "dangling"))
    with pytest.raises(InputError, match="cannot be read"):
        load(str(tmp_path / "loop"))


def test_f16_no_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "f.csv").write_text("a\n1\n")
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(InputError, match="no permission"):
        load(str(tmp_path / "f.csv"))


def test_f16_korean_names_in_either_normal_form_and_odd_ones(tmp_path: Path) -> None:
    (tmp_path / unicodedata.normalize("NFD", "한글.csv")).write_text("a\n1\n")
    assert load(str(tmp_path / unicodedata.normalize("NFC", "한글.csv"))).data == b"a\n1\n"
    (tmp_path / "a b\nc.csv").write_text("a\n1\n")
    assert load(str(tmp_path / "a b\nc.csv")).bytes == 4


def test_f16_a_pipe_is_read_to_its_end(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(b"a\n1\n",))
    writer.start()
    assert load(str(pipe)).data == b"a\n1\n"
    writer.join()


def test_f15_a_file_that_changes_meanwhile_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "f.csv"
    file.write_text("a\n1\n")
    real = os.fstat

    def grow(handle: int) -> os.stat_result:
        status = real(handle)
        with file.open("a") as more:
            more.write("2\n")
        return status

    monkeypatch.setattr(os, "fstat", grow)
    with pytest.raises(InputError, match="changed while it was read"):
        load(str(file))


def test_standard_input_is_a_dash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(gzip.compress(b"a,b\n1,2\n"))))
    (found,) = read_files(["-"], None, strict=False)
    assert rows(found) == [("1", "2")]
    assert found.inputs[0].path == "-"
    assert len(found.inputs[0].sha256) == 64


def test_several_files_are_joined_by_name_and_differing_ones_refused(tmp_path: Path) -> None:
    for folder, data in (("x", "t,v\n1,2\n"), ("y", "v,t\n4,3\n"), ("z", "t,w\n1,2\n")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "day.csv").write_text(data)
    one, two, other = (str(tmp_path / folder / "day.csv") for folder in "xyz")
    found, column = stacked([one, two], read_files([one, two], None, strict=False))
    assert rows(found) == [("1", "2", "x/day"), ("3", "4", "y/day")]
    assert column == "file"
    assert [file.rows for file in found.inputs] == [1, 1]
    with pytest.raises(InputError, match="different columns \\('v', 'w'\\)"):
        stacked([one, other], read_files([one, other], None, strict=False))
