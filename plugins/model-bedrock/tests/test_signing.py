"""Signatures against the vectors that AWS publishes with its signers."""

from datetime import UTC, datetime

import pytest

from skep_model_bedrock.aws.signing import Keys, Signer

ID = "AKIDEXAMPLE"
SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
TOKEN = "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267"
NOW_S = datetime(2015, 8, 30, 12, 36, tzinfo=UTC).timestamp()
HOST = "https://example.amazonaws.com"


def signed(method: str, path: str, *, token: str = "", body: bytes = b"", **more: str) -> str:
    """Return the header that shows who sent a request."""
    keys = Keys(id=ID, secret=SECRET, session_token=token)
    headers = {name.replace("_", "-"): value for name, value in more.items()}
    signer = Signer(keys, region="us-east-1", service="service")
    return signer.sign(method, HOST + path, headers=headers, body=body, now_s=NOW_S)[
        "authorization"
    ]


@pytest.mark.parametrize(
    ("name", "method", "path", "signature"),
    [
        (
            "get-vanilla",
            "GET",
            "/",
            "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
        ),
        (
            "get-utf8",
            "GET",
            "/ሴ",
            "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85",
        ),
        (
            "get-space",
            "GET",
            "/example space/",
            "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741",
        ),
        (
            "get-vanilla-empty-query-key",
            "GET",
            "/?Param1=value1",
            "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb",
        ),
        (
            "get-vanilla-query-order-key-case",
            "GET",
            "/?Param2=value2&Param1=value1",
            "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
        ),
        (
            "get-vanilla-utf8-query",
            "GET",
            "/?ሴ=bar",
            "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04",
        ),
        (
            "post-vanilla-query",
            "POST",
            "/?Param1=value1",
            "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11",
        ),
    ],
)
def test_request_is_signed_as_published(
    name: str, method: str, path: str, *, signature: str
) -> None:
    assert signed(method, path) == (
        f"AWS4-HMAC-SHA256 Credential={ID}/20150830/us-east-1/service/aws4_request,"
        f" SignedHeaders=host;x-amz-date, Signature={signature}"
    ), name


def test_session_token_is_signed_as_published() -> None:
    header = signed("GET", "/", token=TOKEN)

    assert "SignedHeaders=host;x-amz-date;x-amz-security-token," in header
    assert header.endswith("07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8")


def test_spaces_in_headers_are_signed_as_published() -> None:
    header = signed("GET", "/", My_Header1=" value1", My_Header2=' "a   b   c"')

    assert "SignedHeaders=host;my-header1;my-header2;x-amz-date," in header
    assert header.endswith("acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736")


def test_repeated_headers_are_signed_as_published() -> None:
    header = signed("GET", "/", My_Header1="value2,value2,value1")

    assert header.endswith("c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea")


def test_body_is_signed_as_published() -> None:
    header = signed(
        "POST",
        "/",
        body=b"Param1=value1",
        Content_Type="application/x-www-form-urlencoded",
        Content_Length="13",
        x_amz_content_sha256="9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e",
    )

    assert header.endswith("d3875051da38690788ef43de4db0d8f280229d82040bfac253562e56c3f20e0b")


@pytest.mark.parametrize(
    ("url", "same"),
    [
        ("https://EXAMPLE.amazonaws.com/", True),
        ("https://example.amazonaws.com:443/", True),
        ("https://example.amazonaws.com", True),
        ("https://example.amazonaws.com:8443/", False),
        ("https://example.amazonaws.com/?", True),
    ],
)
def test_host_is_signed_as_it_is_sent(url: str, *, same: bool) -> None:
    signer = Signer(Keys(id=ID, secret=SECRET), region="us-east-1", service="service")

    header = signer.sign("GET", url, headers={}, body=b"", now_s=NOW_S)["authorization"]

    assert (header == signed("GET", "/")) == same
