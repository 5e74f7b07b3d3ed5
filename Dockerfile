# The same program, the same requirements.txt and the same command as `make run`; a test keeps the two in step.
#
#   docker build -t tidemark .
#   docker run -it --rm -v tidemark:/tidemark tidemark python app.py user add --admin NAME
#   docker run -p 127.0.0.1:8050:8050 -v tidemark:/tidemark tidemark
#
# `python -m tests.container` executes these steps without Docker, in a Debian root.
FROM python:3.11-slim AS packages

# PyTorch for CPUs; for CUDA: docker build --build-arg TORCH_INDEX=https://download.pytorch.org/whl/cu130 .
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
COPY requirements.txt ./
RUN python -m venv --without-pip /venv \
    && python -m pip --python /venv/bin/python --disable-pip-version-check \
        install --no-cache-dir --extra-index-url "$TORCH_INDEX" -r requirements.txt

FROM python:3.11-slim

# tini runs as PID 1 and reaps zombie processes of cancelled trainings.
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends tini && rm -rf /var/lib/apt/lists/*
ENTRYPOINT ["tini", "--"]

COPY --from=packages /venv /venv
ENV PATH=/venv/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

WORKDIR /app
COPY app.py ./
COPY background ./background
COPY callbacks ./callbacks
COPY components ./components
COPY pages ./pages
COPY routes ./routes
COPY services ./services
COPY data/samples ./data/samples
RUN python -m compileall -q . \
    && useradd --uid 1000 --create-home tidemark \
    && install -d -o tidemark -g tidemark -m 0700 /tidemark/data /tidemark/models /tidemark/outputs /tidemark/backups

# 0.0.0.0 is inside the container only: `-p 127.0.0.1:…` above decides who can reach it. With it users must log in, and
# the program does not start before there is one (docs/access.md).
ENV PYTHONUNBUFFERED=1 \
    TIDEMARK_HOST=0.0.0.0 \
    TIDEMARK_PORT=8050 \
    TIDEMARK_DATA_DIR=/tidemark/data \
    TIDEMARK_MODELS_DIR=/tidemark/models \
    TIDEMARK_OUTPUTS_DIR=/tidemark/outputs
VOLUME /tidemark
EXPOSE 8050
USER tidemark

# SIGINT is Ctrl+C: the program ends its worker and closes its files.
STOPSIGNAL SIGINT
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f\"http://127.0.0.1:{os.environ['TIDEMARK_PORT']}/health\", timeout=4)"]
CMD ["python", "app.py"]
