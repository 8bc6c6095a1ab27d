# The pages and their commands in a container: docs/hosting/container.md.
FROM python:3.11.14-slim-bookworm AS packages
WORKDIR /build
# A folder “wheels” beside this file, if there is one, takes the place of the package index.
COPY requirements.txt constraints.txt wheels* /build/
RUN python -m venv /venv \
    && if ls /build/*.whl >/dev/null 2>&1; then set -- --no-index --find-links=/build; else set --; fi \
    && /venv/bin/python -m pip install --no-cache-dir --no-input --only-binary=:all: "$@" -r requirements.txt -c constraints.txt \
    && /venv/bin/python -m pip uninstall --yes pip setuptools

FROM python:3.11.14-slim-bookworm
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin outcomes \
    && install -d -o outcomes -g outcomes /data /site
COPY --from=packages /venv /venv
WORKDIR /app
COPY app.py /app/
COPY .streamlit/config.toml /app/.streamlit/config.toml
COPY static /app/static
COPY data /app/data
COPY store /app/store
COPY loaders /app/loaders
COPY indicators /app/indicators
COPY outputs /app/outputs
COPY views /app/views
RUN /venv/bin/python -m compileall -q /app
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUTF8=1 \
    HOME=/tmp \
    OUTCOMES_DATA=/data \
    OUTCOMES_LOG=json
USER 10001
VOLUME ["/data", "/site"]
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import http.client as h; c = h.HTTPConnection('127.0.0.1', 8501, timeout=4); c.request('GET', '/health'); raise SystemExit(c.getresponse().status != 200)"]
CMD ["python", "-m", "views.serve", "--server.address=0.0.0.0", "--server.port=8501", "--logger.level=warning"]
