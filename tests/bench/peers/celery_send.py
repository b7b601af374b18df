"""Sends as many tasks as its argument says, over one connection."""

import sys

from celery_tasks import app, compute

with app.connection_for_write() as connection, app.amqp.Producer(connection) as producer:
    for block in range(int(sys.argv[1])):
        compute.apply_async((block,), producer=producer)
