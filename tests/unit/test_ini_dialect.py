"""Our reading of the AWS files against the parser that botocore uses, on whatever hypothesis comes up with."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.awsfiles import dialect
from app.awsfiles.dialect import Kind, header_starts, lines
from app.awsfiles.faults import Fault, faults, repaired
from tests.support.awsfiles import EXAMPLES, odd_files, read

any_files = st.one_of(odd_files(), odd_files(), st.binary(max_size=60))


@given(any_files)
@settings(max_examples=EXAMPLES)
def test_lines_cover_every_byte_once(data: bytes) -> None:
    assert b"".join(data[line.start : line.end] for line in lines(data)) == data


@given(any_files)
@settings(max_examples=EXAMPLES)
@example(b"[a]\nk=v\n  [b]\n")
@example(b"  [a]\n[b]\n")
@example(b"[]\n[a]\n")
@example(b"[a]\rk=v\r[b]")
def test_the_quick_search_finds_the_headers_that_the_parser_sees(data: bytes) -> None:
    assert header_starts(data) == [line.start for line in lines(data) if line.kind is Kind.HEADER]


@given(any_files)
@settings(max_examples=EXAMPLES)
@example(b"[DEFAULT]\na=1\n[DEFAULT]\nb=1\n")
@example(b"[a]\nk=v\nfoo\n  y = 1\n")
@example(b"[a]\ns3 =\n  x\n")
@example(b"[a]\n= x\n  y\n")
@example(b"[a]\ns3 =\n  ad\x1ed = path\n")
@example("[a]\ns3 =\n  a = b\u2028c\n".encode())
def test_faults_are_found_exactly_where_the_parser_gives_up(data: bytes) -> None:
    found = faults(data)
    if not found:
        assert read(data) is not None
    elif b"DEFAULT" not in data:  # what is wrong in [DEFAULT] shows only where another section takes it over
        assert read(data) is None


@given(odd_files())
@settings(max_examples=EXAMPLES)
def test_values_are_read_as_the_parser_reads_them(data: bytes) -> None:
    if faults(data) or b"DEFAULT" in data:
        return
    found: dict[str, dict[str, str]] = {}
    section, key = "", ""
    for line in lines(data):
        if line.kind is Kind.HEADER:
            section = line.name
            found[section] = {}
        elif line.kind is Kind.OPTION:
            key = line.name
            found[section][key] = line.value
        elif line.kind is Kind.CONTINUATION:
            found[section][key] += "\n" + line.value
    bare = {
        name: {k: v.replace("\n\n", "\n") for k, v in options.items()} for name, options in (read(data) or {}).items()
    }
    same = {name: {k: v.replace("\n\n", "\n") for k, v in options.items()} for name, options in found.items()}
    assert {n: {k: v.split() for k, v in o.items()} for n, o in same.items()} == {
        n: {k: v.split() for k, v in o.items()} for n, o in bare.items()
    }


@given(any_files)
@settings(max_examples=EXAMPLES)
@example(b"[a]\r\nx = 1\r\n[a]\r\nx = 2")
@example(b"\xef\xbb\xbf\xef\xbb\xbf[a]\n")
@example(b"[DEFAULT]\nx = 1\ny = 2\n[a]\nx = 3\n[DEFAULT]\nX = 4\n")
def test_a_repair_can_be_read_and_drops_no_line(data: bytes) -> None:
    proposal = repaired(data)
    assert not faults(proposal)
    if not faults(data):
        assert proposal == data
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return
    words = sorted(text.replace("\ufeff", "").split())
    kept = sorted(proposal.decode().replace("\ufeff", "").split())
    for word in words:
        assert word in kept


def test_a_fault_names_its_line() -> None:
    assert faults(b"[a]\nk = v\n\n[b]\nk\n[a]\n") == (Fault(5, "no-equals"), Fault(6, "duplicate-section"))
    assert faults(b"# x\nk = v\n") == (Fault(2, "stray-line"),)
    assert faults(b"[a]\nk = v\nK: w\n") == (Fault(3, "duplicate-key"),)
    assert faults(b"\xef\xbb\xbf[a]\nk = v\n")[0] == Fault(1, "bom")
    assert faults(b"[a]\nk = v\n# \xff\n") == (Fault(3, "not-utf-8"),)


def test_a_repair_merges_sections_as_the_sdks_do() -> None:
    broken = b"[a]\nx = 1\n\n[b]\ny = 1\n[a]\nx = 2\nz = 3\n"
    assert read(repaired(broken)) == {"a": {"x": "2", "z": "3"}, "b": {"y": "1"}}


def test_a_large_file_is_looked_at_in_one_go() -> None:
    big = b"".join(b"[s%d]\naws_access_key_id = A\naws_secret_access_key = B\n\n" % n for n in range(10_000))
    assert len(header_starts(big)) == 10_000
    assert faults(big) == ()
    assert faults(big + b"[s77]\n") == (Fault(40_001, "duplicate-section"),)
    assert dialect.is_plain(big)
