from tools.code_lines import code_lines, main


def test_comments_docstrings_and_blanks_do_not_count():
    source = '''"""A docstring
of two lines."""

import os  # counted once

# a comment


class A:
    """No."""

    text = """yes
and yes"""

    def f(
        self,
    ):
        "No."
        return (
            1
        )
'''
    assert code_lines(source) == 10


def test_the_table(tmp_path, capsys):
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.py").write_text("x = 1\n")
    (tmp_path / "sub" / "b.py").write_text("x = 1\ny = 2\n")
    main([str(tmp_path)])
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [row[:2] for row in rows[1:]] == [["1", "1"], ["2", "1"], ["3", "2"]]
