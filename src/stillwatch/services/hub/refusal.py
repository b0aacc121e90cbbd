"""Says no to a request, as TAXII's error message."""

from collections.abc import Mapping


class Refusal(Exception):
    """Why a request is refused: a status, a title, and what to do."""

    def __init__(
        self,
        status: int,
        title: str,
        description: str = "",
        *,
        code: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{title}: {description}" if description else title)
        self.status, self.title, self.description = status, title, description
        self.code = code
        self.headers = dict(headers or {})
