"""Sends tasks over one connection: for each line `FIRST COUNT` that it reads as many, numbered from FIRST on, and answers with a line."""

import sys

from celery_tasks import app, compute

with app.connection_for_write() as connection, app.amqp.Producer(connection) as producer:
    for line in sys.stdin:
        first, count = map(int, line.split())
        for block in range(first, first + count):
            compute.apply_async((block,), producer=producer)
        print("sent", flush=True)
