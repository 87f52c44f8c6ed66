"""Where STS is called for a source."""

from app.domain.calls import StsEndpoint
from app.domain.chain import Surroundings
from app.domain.names import Region
from app.domain.profile import Catalog, Profile
from app.domain.source import IdentityCenter, LongLivedBase, Source

_PARTITION_REGIONS = {
    "aws": "us-east-1",
    "aws-cn": "cn-north-1",
    "aws-us-gov": "us-gov-west-1",
    "aws-eusc": "eusc-de-east-1",
    "aws-iso": "us-iso-east-1",
    "aws-iso-b": "us-isob-east-1",
    "aws-iso-e": "eu-isoe-west-1",
    "aws-iso-f": "us-isof-south-1",
}


def sts_endpoint(source: Source, chain: tuple[Profile, ...], catalog: Catalog, around: Surroundings) -> StsEndpoint:
    """Return the endpoint as the source, else the settings, else the environment, else the partition has it."""
    settings = catalog.settings
    region = (
        source.sts_region
        or settings.sts_region
        or around.aws_region
        or around.aws_default_region
        or _PARTITION_REGIONS.get(_partition(source, chain), "us-east-1")
    )
    return StsEndpoint(
        Region(region),
        source.endpoint_url or around.endpoint_url,
        source.proxy or settings.proxy,
        source.ca_bundle or settings.ca_bundle,
    )


def partition_of(region: str) -> str:
    """Return the partition that a region belongs to."""
    beginnings = ((home.rsplit("-", 2)[0], one) for one, home in _PARTITION_REGIONS.items() if one != "aws")
    return next((one for beginning, one in beginnings if region.startswith(f"{beginning}-")), "aws")


def _partition(source: Source, chain: tuple[Profile, ...]) -> str:
    for one in chain:
        for hop in one.roles:
            return hop.role_arn.partition
    if isinstance(source, IdentityCenter):
        return partition_of(source.region)
    serial = source.mfa.serial if isinstance(source, LongLivedBase) else None
    parts = (serial or "").split(":")
    return parts[1] if len(parts) > 1 else "aws"
