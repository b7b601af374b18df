# A stand-in for the official image, from Debian's package, for where no registry is reachable.
ARG BASE
FROM ${BASE}
RUN apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends postgresql && \
    rm -rf /var/lib/apt/lists/* /var/lib/postgresql/[0-9]* && ln -s /usr/lib/postgresql/[0-9]*/bin /usr/local/pgsql && install -d -o postgres -g postgres -m 700 /var/lib/postgresql/data
COPY postgres-entrypoint /usr/local/bin/
RUN ln -s postgres-entrypoint /usr/local/bin/docker-entrypoint.sh
USER postgres
ENV PATH=/usr/local/pgsql:$PATH PGDATA=/var/lib/postgresql/data
VOLUME /var/lib/postgresql/data
ENTRYPOINT ["postgres-entrypoint"]
