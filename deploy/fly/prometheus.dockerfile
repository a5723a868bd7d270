# The build context is deploy: `fly deploy deploy --config deploy/fly/prometheus.toml`.
FROM prom/prometheus:v2.55.1
COPY prometheus /etc/prometheus
CMD ["--config.file=/etc/prometheus/prometheus.fly.yaml", "--storage.tsdb.path=/prometheus", "--storage.tsdb.retention.size=9GB", "--storage.tsdb.retention.time=45d", "--web.listen-address=[::]:9090"]
