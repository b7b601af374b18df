"""The same pipeline as a Celery user would write it: each task commits one row, and is acked after that (acks_late).

PEER_AMQP_URL and PEER_DATABASE_URL name the servers.
"""

import os

import psycopg2
from celery import Celery
from celery.signals import worker_process_init

app = Celery("peer", broker=os.environ["PEER_AMQP_URL"])
app.conf.update(
    task_acks_late=True,
    task_ignore_result=True,
    task_default_delivery_mode=2,  # persistent, as blocks are
    worker_prefetch_multiplier=64,
    worker_hijack_root_logger=False,
    broker_pool_limit=1,
)

connection = None


@worker_process_init.connect
def connect(**_):
    global connection
    connection = psycopg2.connect(os.environ["PEER_DATABASE_URL"])


@app.task
def compute(block):
    with connection, connection.cursor() as cursor:
        cursor.execute("INSERT INTO peer_results (block) VALUES (%s) ON CONFLICT DO NOTHING", (block,))
