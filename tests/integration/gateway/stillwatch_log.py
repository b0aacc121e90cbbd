"""The proxy's log writer: one JSON line a request, appended to the file STILLWATCH_LOG."""

import json
import os

from litellm.integrations.custom_logger import CustomLogger


class StillwatchLog(CustomLogger):
    """Writes what the proxy knows of each request, answered or failed."""

    async def async_log_success_event(self, kwargs, response_obj, start_time, end_time):
        line = json.dumps(kwargs["standard_logging_object"], default=str) + "\n"
        # Unbuffered: one write a row, so that rows of several workers do not mix.
        with open(os.environ["STILLWATCH_LOG"], "ab", buffering=0) as log:
            log.write(line.encode())

    async_log_failure_event = async_log_success_event


writer = StillwatchLog()
# The how-to shows the lines above as they are; the names of the method are LiteLLM's.
# ruff: noqa: ARG002, ASYNC230, D102, PTH123
