"""Explains every day's pictures with Saccade (Airflow 2.6 or later)."""

import subprocess
from datetime import datetime, timedelta

from airflow.decorators import dag, task
from airflow.exceptions import AirflowException, AirflowFailException

# Bad options, bad input, too many bad images: for people to look at, not to be tried again.
FOR_PEOPLE = {1, 2, 4}

ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "MODEL": "/models/model.onnx",
    "PREPROCESS": "torchvision-imagenet",
    "PHOTOS": "s3a://photos",
    "EXPLANATIONS": "s3a://explanations",
}


@dag(
    schedule="0 2 * * *",
    start_date=datetime(2026, 1, 1),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 2, "retry_delay": timedelta(minutes=10)},
)
def saccade_nightly():
    @task
    def explain(ds=None):
        command = ["/opt/saccade/jobs/schedules/nightly", ds, "--", "--master", "yarn"]
        code = subprocess.call(command, env=ENVIRONMENT)
        if code in FOR_PEOPLE:
            raise AirflowFailException(f"explain ended with exit code {code}")
        if code:
            # An internal error or a killed job: the next try finishes what was begun.
            raise AirflowException(f"explain ended with exit code {code}")

    explain()


saccade_nightly()
