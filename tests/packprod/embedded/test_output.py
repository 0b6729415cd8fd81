"""One terminal for all parts: JSON, one object a line, whatever a part wrote."""

import json
from pathlib import Path

import pytest

from packprod.embedded.output import Output
from packprod.embedded.presenters import JsonPresenter

OURS = '{"event":"Request answered","ms":1.0,"part":"web"}'


def test_lines_are_json_whatever_was_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = Output(tmp_path, JsonPresenter())
    with output.pipe("redis").open("w") as pipe:
        pipe.write(f'{OURS}\n\n  12:M * Ready “now”\n["part"]\n{{"other": 1}}\n5\n{{broken part\n')
    output.close()
    first, *others = capsys.readouterr().out.splitlines()
    assert first == OURS
    told = [json.loads(line) for line in others]
    assert [line["event"] for line in told] == [
        "12:M * Ready “now”",
        '["part"]',
        '{"other": 1}',
        "5",
        "{broken part",
    ]
    assert {(line["part"], line["level"], line["timestamp"][-1]) for line in told} == {("redis", "info", "Z")}
