"""The same two questions, word for word, to DuckDB over the database, DuckDB over Parquet, and Spark over Parquet.

    python -m benchmarks.scaling --data DATA-FOLDER --parquet FOLDER [--spark PYTHON]

``--parquet`` is what ``python -m loaders publish --parquet FOLDER`` wrote from the same data. Spark is no requirement of
the project; give it an environment of its own, and Java 17 or newer:

    python3 -m venv spark && spark/bin/pip install pyspark

and name its interpreter with ``--spark spark/bin/python``. Every arm runs in a process of its own, so that memory is its
own; the answers of all arms must be equal, cell by cell.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

# Nothing of the project is imported here: Spark's own environment has none of what it needs.
FOLDER = Path(__file__).with_suffix("")
QUESTIONS = ("change_by_area", "ten_series")
TABLES = ("area", "area_member", "measure", "coverage", "observation")
Run = Callable[[str], list[tuple[Any, ...]]]


def statements(question: str) -> list[str]:
    """The statements of a query file: views that say what is asked, then the question."""
    words = (FOLDER / f"{question}.sql").read_text(encoding="utf-8")
    return [part for part in words.split(";\n") if part.strip()]


def window_view(before: str, after: str) -> str:
    """The view of two windows ``YYYY-MM:YYYY-MM``, instead of the one in the query file."""
    columns = []
    for name, window in (("before", before), ("after", after)):
        first, last = window.split(":")
        months = 12 * (int(last[:4]) - int(first[:4])) + int(last[5:]) - int(first[5:]) + 1
        columns += [
            f"DATE '{first}-01' AS {name}_first",
            f"DATE '{last}-01' AS {name}_last",
            f"{months} AS {name}_months",
        ]
    return f"CREATE OR REPLACE TEMPORARY VIEW asked_window AS SELECT {', '.join(columns)}"


def asked(run: Run, question: str, instead: Sequence[str] = ()) -> Callable[[], list[tuple[Any, ...]]]:
    """The question, ready to be run as often as wanted; ``instead`` are views that say something else is asked."""
    *views, last = statements(question)
    for view in (*views, *instead):
        run(view)
    return lambda: run(last)


def duckdb_over(path: Path) -> Run:
    """DuckDB over a database file, or over a folder of Parquet files."""
    import duckdb

    connection = duckdb.connect()
    if path.is_file():
        connection.execute(f"ATTACH '{path}' AS given (READ_ONLY)")
    for table in TABLES:
        files = path / ("observation/*/*.parquet" if table == "observation" else f"{table}.parquet")
        rows = f"given.{table}" if path.is_file() else f"read_parquet('{files}', hive_partitioning = true)"
        connection.execute(f"CREATE TEMPORARY VIEW {table} AS SELECT * FROM {rows}")
    return lambda words: connection.execute(words).fetchall()


def spark_over(path: Path) -> tuple[Run, Callable[[], int]]:
    """Spark in this machine's own processes over a folder of Parquet files, and the most memory its engine took, in kB."""
    from pyspark.sql import SparkSession  # type: ignore[import-not-found]

    session = (
        SparkSession.builder.master("local[2]").appName("scaling").config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.ui.showConsoleProgress", "false").config("spark.sql.shuffle.partitions", "4").config("spark.driver.memory", "2g").getOrCreate()
    )  # fmt: skip
    session.sparkContext.setLogLevel("ERROR")
    for table in TABLES:
        files = path / ("observation" if table == "observation" else f"{table}.parquet")
        session.read.parquet(str(files)).createOrReplaceTempView(table)
    machine = session.sparkContext._jvm.java.lang.ProcessHandle.current().pid()

    def memory() -> int:
        said = Path(f"/proc/{machine}/status").read_text(encoding="ascii")
        return int(next(line.split()[1] for line in said.splitlines() if line.startswith("VmHWM")))

    return lambda words: [tuple(row) for row in session.sql(words).collect()], memory


def measure(arm: str, path: Path, runs: int, instead: dict[str, list[str]]) -> dict[str, Any]:
    """One arm's answers, seconds (the first time, and the best of the others) and memory."""
    started = time.perf_counter()
    memory: Callable[[], int] = lambda: 0  # noqa: E731
    if arm == "spark":
        run, memory = spark_over(path)
    else:
        run = duckdb_over(path)
    found: dict[str, Any] = {"start": time.perf_counter() - started, "answers": {}, "first": {}, "again": {}}
    for question in QUESTIONS:
        ask = asked(run, question, instead.get(question, ()))
        seconds = []
        for _ in range(runs + 1):
            began = time.perf_counter()
            answer = ask()
            seconds.append(time.perf_counter() - began)
        found["first"][question], found["again"][question] = seconds[0], min(seconds[1:])
        found["answers"][question] = [[str(cell) if cell is not None else None for cell in row] for row in answer]
    found["megabytes"] = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss + memory()) / 1024
    return found


def in_own_process(python: str, arm: str, path: Path, given: argparse.Namespace) -> dict[str, Any]:
    """One arm measured in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "found.json"
        command = [python, "-m", "benchmarks.scaling", "--arm", arm, "--path", str(path), "--runs", str(given.runs),
                   "--out", str(out), "--before", given.before, "--after", given.after]  # fmt: skip
        subprocess.run(command, check=True, cwd=FOLDER.parent.parent, stdout=sys.stderr)  # noqa: S603
        found: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return found


def why_no_spark(python: str) -> str:
    """Why Spark cannot be asked here; the empty string where it can."""
    if subprocess.run([python, "-c", "import pyspark"], capture_output=True, check=False).returncode:  # noqa: S603
        return "pyspark is not installed: python3 -m venv spark && spark/bin/pip install pyspark, then --spark spark/bin/python"
    try:
        subprocess.run(["java", "-version"], capture_output=True, check=True)  # noqa: S607
    except (OSError, subprocess.CalledProcessError):
        return "there is no Java: Spark needs version 17 or newer"
    return ""


def main() -> int:
    """Measure every arm and compare the answers."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, help="the data folder whose database is asked")
    parser.add_argument("--parquet", type=Path, help="the Parquet files published from it")
    parser.add_argument("--spark", default=sys.executable, help="an interpreter that has pyspark")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--before", default="2022-10:2023-09")
    parser.add_argument("--after", default="2024-10:2025-09")
    for hidden in ("--arm", "--path", "--out"):
        parser.add_argument(hidden, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.arm:
        instead = {"change_by_area": [window_view(given.before, given.after)]}
        found = measure(given.arm, Path(given.path), given.runs, instead)
        Path(given.out).write_text(json.dumps(found), encoding="utf-8")
        return 0
    if not (given.data and given.parquet):
        parser.error("--data and --parquet are needed")
    outcomes = given.data / "outcomes"
    database = outcomes / (outcomes / "current").read_text(encoding="ascii").strip()
    arms = {
        "DuckDB, database": (sys.executable, "duckdb", database),
        "DuckDB, Parquet": (sys.executable, "duckdb", given.parquet),
    }
    absent = why_no_spark(given.spark)
    if absent:
        print(f"Spark is left out: {absent}")
    else:
        arms["Spark, Parquet"] = (given.spark, "spark", given.parquet)
    found = {name: in_own_process(*arm, given) for name, arm in arms.items()}
    print(f"| what | start, s | {' | '.join(f'{q}: first, again (ms)' for q in QUESTIONS)} | MB |")
    print("|---|---|---|---|---|")
    for name, one in found.items():
        times = [f"{one['first'][q] * 1000:,.0f}, {one['again'][q] * 1000:,.0f}" for q in QUESTIONS]
        print(f"| {name} | {one['start']:.1f} | {' | '.join(times)} | {one['megabytes']:,.0f} |")
    first, *others = (one["answers"] for one in found.values())
    for question in QUESTIONS:
        rows = first[question]
        unknown, nought = (sum(row[-1] == value for row in rows) for value in (None, "0"))
        same = all(other[question] == rows for other in others)
        print(
            f"{question}: {len(rows):,} rows, of which {unknown:,} end with NULL and {nought:,} with 0; "
            f"{'equal in every arm' if same else 'NOT EQUAL'}"
        )
    return 0 if all(other == first for other in others) else 1


if __name__ == "__main__":
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    sys.exit(main())
