"""AWS's regions and where they are. A region that is not listed can be typed."""

from app.texts import T


def region_place(region: str) -> str:
    """Return where a region is, an empty text for one that is not known."""
    places = {
        "us-east-1": T("N. Virginia"),
        "us-east-2": T("Ohio"),
        "us-west-1": T("N. California"),
        "us-west-2": T("Oregon"),
        "ca-central-1": T("Central Canada"),
        "sa-east-1": T("São Paulo"),
        "eu-central-1": T("Frankfurt"),
        "eu-central-2": T("Zurich"),
        "eu-west-1": T("Ireland"),
        "eu-west-2": T("London"),
        "eu-west-3": T("Paris"),
        "eu-north-1": T("Stockholm"),
        "eu-south-1": T("Milan"),
        "ap-northeast-1": T("Tokyo"),
        "ap-northeast-2": T("Seoul"),
        "ap-northeast-3": T("Osaka"),
        "ap-south-1": T("Mumbai"),
        "ap-southeast-1": T("Singapore"),
        "ap-southeast-2": T("Sydney"),
        "me-central-1": T("UAE"),
        "af-south-1": T("Cape Town"),
        "il-central-1": T("Tel Aviv"),
        "us-gov-west-1": T("GovCloud, US-West"),
        "us-gov-east-1": T("GovCloud, US-East"),
        "cn-north-1": T("Beijing"),
        "cn-northwest-1": T("Ningxia"),
    }
    return places.get(region, "")


REGIONS = (
    *("us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "sa-east-1"),
    *("eu-central-1", "eu-central-2", "eu-west-1", "eu-west-2", "eu-west-3", "eu-north-1", "eu-south-1"),
    *("ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1", "ap-southeast-2"),
    *("me-central-1", "af-south-1", "il-central-1", "us-gov-west-1", "us-gov-east-1", "cn-north-1", "cn-northwest-1"),
)
