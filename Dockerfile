# Builds with everything inside, the prepared model too: the container needs no network.
FROM python:3.11-slim AS build
WORKDIR /src
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY index ./index
COPY qa ./qa
COPY eval ./eval
COPY app ./app
# PyPI's torch for Linux brings 3 GB for graphics cards; for those build with --build-arg TORCH=
# and nothing behind it. Only models other than the embedded one use torch at all.
ARG TORCH=https://download.pytorch.org/whl/cpu
RUN python -m venv /opt/hoidap \
 && /opt/hoidap/bin/pip install --no-cache-dir -c constraints.txt \
      ${TORCH:+--extra-index-url "$TORCH"} '.[milvus]'
RUN HOIDAP_CACHE=/cache /opt/hoidap/bin/python -c \
      "from app.settings import load; from app.wiring import open_encoder; open_encoder(load())"

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin hoidap \
 && install -d -o hoidap -g hoidap /data
COPY --from=build /opt/hoidap /opt/hoidap
# In the volume, since a processor of another kind than the one that built prepares its own copy.
COPY --from=build --chown=hoidap:hoidap /cache /data/cache
ENV PATH=/opt/hoidap/bin:$PATH \
    HOIDAP_CACHE=/data/cache \
    HOIDAP_INDEX=/data/index \
    HOIDAP_FEEDBACK=/data/feedback.jsonl \
    HOME=/data \
    PYTHONDONTWRITEBYTECODE=1
USER hoidap
WORKDIR /data
VOLUME /data
EXPOSE 7860
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
  CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:7860/readyz', timeout=4)"]
# Only what --auth or a proxy lets in: the server refuses to start otherwise.
ENTRYPOINT ["hoidap"]
CMD ["serve", "--host", "0.0.0.0", "--auth", "/data/users.json"]
