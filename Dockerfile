# osticket-api in a small image without root. Build it from the top of the repository: docker build -t osticket-api .
FROM python:3.11-slim-bookworm AS build
# `reporting` adds what traces and reports of errors need, `s3` what files in a bucket need, `relay` what brokers need,
# `binlog` what reading the binary log of the database needs.
ARG REQUIREMENTS=run
WORKDIR /build
COPY requirements/run.txt requirements/reporting.txt requirements/s3.txt requirements/relay.txt requirements/binlog.txt requirements/
RUN python -m venv /opt/osticket-api \
 && /opt/osticket-api/bin/pip install --no-cache-dir --require-hashes -r "requirements/$REQUIREMENTS.txt"
COPY pyproject.toml README.md LICENSE ./
COPY src src
RUN /opt/osticket-api/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin osticket-api \
 && install -d -o osticket-api -g osticket-api /data
COPY --from=build /opt/osticket-api /opt/osticket-api
ENV PATH=/opt/osticket-api/bin:$PATH \
    APP_ENV=production \
    HOST=0.0.0.0 \
    PORT=8080 \
    DATA_DIR=/data \
    PYTHONUNBUFFERED=1
WORKDIR /data
USER 10001
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
ENTRYPOINT ["osticket-api"]
CMD ["serve", "--workers", "2", "--wait", "60"]
