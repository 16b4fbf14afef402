FROM python:3.11-slim-bookworm
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
COPY requirements.lock .
RUN pip install --no-cache-dir --no-deps --requirement requirements.lock
COPY . .
RUN useradd --system --create-home thads && mkdir -p /var/lib/thads && chown thads: /var/lib/thads
USER thads
ENV THADS_DATA_DIR=/var/lib/thads
VOLUME /var/lib/thads
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", \
     "--blocking-threads", "4", "--respawn-failed-workers", "--no-ws", "thads.wsgi:application"]
