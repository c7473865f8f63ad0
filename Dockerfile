# SPDX-License-Identifier: EUPL-1.2
# The service on a PostgreSQL server of your own:
#   docker build -t noaber .
#   docker run -p 8000:8000 -e NOABER_DATABASE_URL=postgresql://… -e NOABER_ISSUER=… \
#     -e NOABER_AUDIENCE=… -e NOABER_JWKS_URL=… -e NOABER_SLEUTEL=… noaber

FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /srv/noaber
RUN python -m venv .venv
COPY requirements.lock ./
RUN .venv/bin/pip install --require-hashes -r requirements.lock
COPY . ./
RUN .venv/bin/pip install --no-deps --no-build-isolation -e . \
 && .venv/bin/python -m compileall -q app migrations

FROM python:3.13-slim
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/noaber noaber
COPY --from=build /srv/noaber /srv/noaber
ENV PATH=/srv/noaber/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PORT=8000 \
    NOABER_HOST=0.0.0.0 \
    NOABER_LOG=json \
    NOABER_DATA=/var/lib/noaber
USER noaber
WORKDIR /srv/noaber
VOLUME /var/lib/noaber
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["python", "-c", \
  "import os, urllib.request as web; web.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/gezond', timeout=4)"]
ENTRYPOINT ["noaber"]
CMD ["serve"]
