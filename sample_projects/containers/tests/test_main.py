import httpx
import pytest

from app.main import app


@pytest.mark.anyio
async def test_total() -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        assert (await client.get("/sum")).status_code == 422
