"""The same pipeline as a Celery user would write it: each task commits one row, and is acked after that (acks_late).

PEER_AMQP_URL and PEER_DATABASE_URL name the servers.
"""

import os
import threading

import psycopg2
from celery import Celery

app = Celery("peer", broker=os.environ["PEER_AMQP_URL"])
app.conf.update(
    task_acks_late=True,
    task_ignore_result=True,
    task_default_delivery_mode=2,  # persistent, as blocks are
    worker_prefetch_multiplier=64,
    worker_hijack_root_logger=False,
    broker_pool_limit=1,
)

# A connection for each process, or each thread where a worker computes in threads.
own = threading.local()


@app.task
def compute(block):
    if not hasattr(own, "connection"):
        own.connection = psycopg2.connect(os.environ["PEER_DATABASE_URL"])
    with own.connection, own.connection.cursor() as cursor:
        cursor.execute("INSERT INTO peer_results (block) VALUES (%s) ON CONFLICT DO NOTHING", (block,))
