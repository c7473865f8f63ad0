# SPDX-License-Identifier: EUPL-1.2
"""How much memory the service has while it works, and whether that grows."""

import asyncio
from statistics import linear_regression

from bench.service import Service

EVERY_SECONDS = 2


async def watch(service: Service, samples: list[tuple[float, float]]) -> None:
    """Add a sample (minutes, MB) every so often, until cancelled."""
    clock = asyncio.get_running_loop()
    begin = clock.time()
    while True:
        samples.append(((clock.time() - begin) / 60, service.memory_mb()))
        await asyncio.sleep(EVERY_SECONDS)


def slope(samples: list[tuple[float, float]]) -> float:
    """MB a minute over the second half: by then what is kept ready is there."""
    later = samples[len(samples) // 2 :]
    minutes, megabytes = zip(*later, strict=True)
    return linear_regression(minutes, megabytes).slope
