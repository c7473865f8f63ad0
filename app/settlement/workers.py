# SPDX-License-Identifier: EUPL-1.2
"""Workers: take declaraties from the queue and have them settled, several at once.

A worker is a task in the event loop of its process. Settlement is SQL, so that a worker waits for
PostgreSQL nearly all of the time and does not hold up what else the process does.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from procrastinate import App, BaseRetryStrategy, JobContext, PsycopgConnector, RetryDecision
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job
from procrastinate.manager import JobManager
from procrastinate.worker import Worker

from app.db.connection import Pool, open_pool
from app.db.rechten import ROLE
from app.settlement import queue
from app.settlement.verzegelen import keep_sealing

log = logging.getLogger("noaber")

HEARTBEAT_SECONDS = 2
DEAD_AFTER_SECONDS = 6
TAKE_UP_EVERY_SECONDS = 2
LOOK_EVERY_SECONDS = 0.5
"""Notifications wake a worker; it looks by itself for what must be tried again by now."""

PAUSE_SECONDS = 1
LONGEST_PAUSE_SECONDS = 60
GRACE_SECONDS = 4
"""What can be finished in this time is finished when a worker must stop; the rest goes back."""

DELETE = "always"
"""A job that is over is of no use: the declaratie says what came of it."""

# They log whole exceptions, whose messages may hold personal data; what matters is said here.
for name in ("procrastinate", "psycopg"):
    logging.getLogger(name).setLevel(logging.CRITICAL)


class Patience(BaseRetryStrategy):
    """Try again for ever, ever later; `queue.attempt` knows when it has been enough."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision:
        pause = min(2 ** min(job.attempts, 10), LONGEST_PAUSE_SECONDS)
        if not isinstance(exception, queue.Interrupted):
            pause = 0  # it was given back because the worker must stop
        return RetryDecision(retry_at=datetime.now(UTC) + timedelta(seconds=pause))


@asynccontextmanager
async def working(database_url: str, count: int) -> AsyncIterator[None]:
    """Have `count` workers in this process meanwhile."""
    if count == 0:
        yield
        return
    task = asyncio.create_task(work(database_url, count), name="workers")
    try:
        yield
    finally:
        stopped: set[asyncio.Task[None]] = set()
        while not stopped:  # told just as it began to work, it can miss it
            task.cancel()
            stopped, _ = await asyncio.wait({task}, timeout=GRACE_SECONDS + 1)


async def work(database_url: str, count: int) -> None:
    """Settle what comes, `count` declaraties at once, until cancelled.

    When the database falls away it comes back with it.
    """
    left: list[int] = []
    while True:
        try:
            async with await open_pool(database_url) as pool:
                await _work(database_url, pool, count, left)
        except Exception as error:  # whatever it is, the next round may be spared it
            log.warning("workers: begin again after %s", type(error).__name__)
        await asyncio.sleep(PAUSE_SECONDS)


async def _work(database_url: str, pool: Pool, count: int, left: list[int]) -> None:
    """Work until the database is lost. `left` holds the workers that could not sign off."""
    app = _app(database_url, pool)
    try:
        await app.open_async()
        for worker_id in left:
            await app.job_manager.unregister_worker(worker_id)
        left.clear()
        worker = _Worker(
            app,
            queues=[queue.QUEUE],
            concurrency=count,
            fetch_job_polling_interval=LOOK_EVERY_SECONDS,
            shutdown_graceful_timeout=GRACE_SECONDS,
            install_signal_handlers=False,
            delete_jobs=DELETE,
            update_heartbeat_interval=HEARTBEAT_SECONDS,
            stalled_worker_timeout=DEAD_AFTER_SECONDS,
        )
        async with _meanwhile(_take_up_again(app.job_manager), keep_sealing(pool)):
            try:
                await worker.run()  # type: ignore[no-untyped-call]
            finally:
                if worker.worker_id is not None:
                    left.append(worker.worker_id)
    finally:
        # Also when told to stop while it opened: a pool that is left open never ends.
        await app.close_async()


@asynccontextmanager
async def _meanwhile(*works: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Have these done, and ended afterwards."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class _Worker(Worker):
    """Stops when it cannot write down that a job is over.

    The job would be in its hands for ever, and all behind it would wait. The worker that comes
    after it takes the job up again.
    """

    async def _process_job(self, context: JobContext) -> None:
        try:
            await super()._process_job(context)
        except ConnectorException:
            self.stop()  # type: ignore[no-untyped-call]


def _app(database_url: str, pool: Pool) -> App:
    options = {
        "options": f"-c search_path={queue.SCHEMA} -c role={ROLE}",
        "application_name": "noaber-wachtrij",
        "prepare_threshold": None,
    }
    connector = PsycopgConnector(
        conninfo=database_url, min_size=1, max_size=3, timeout=5, kwargs=options
    )
    app = App(connector=connector)

    @app.task(name=queue.TASK, queue=queue.QUEUE, retry=Patience(), pass_context=True)
    async def settle(context: JobContext, declaratie_id: int) -> None:
        assert context.job.lock is not None
        await queue.attempt(pool, declaratie_id, context.job.lock, context.job.attempts)

    @app.task(name=queue.RELEASE_TASK, queue=queue.QUEUE, retry=Patience())
    async def release(aanbieder: str, inwoner_id: int) -> None:
        await queue.release(pool, aanbieder, inwoner_id)

    return app


async def _take_up_again(jobs: JobManager) -> None:
    """Put what a dead worker had in hand back in the queue.

    Of two that do so at once the second is refused, and a worker that only seemed dead finds its
    declaratie settled, or is waited for: either does no harm.
    """
    while True:
        with suppress(ConnectorException):
            for job in await jobs.get_stalled_jobs(seconds_since_heartbeat=DEAD_AFTER_SECONDS):
                await jobs.retry_job(job)
        await asyncio.sleep(TAKE_UP_EVERY_SECONDS)
