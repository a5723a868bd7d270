# One image for every process of the marketplace; which modules it works on is its command (`serve --modules=…`).
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY apps apps
COPY modules modules
COPY packages packages
RUN npm ci --omit=dev

FROM node:24-bookworm-slim
WORKDIR /app
COPY --from=build /app /app
# The only place that is written to: the root file system may be read-only.
RUN mkdir /data && chown node:node /data
ENV NODE_ENV=production SPECIES_DATA_DIR=/data
USER node
VOLUME /data
EXPOSE 8080 9464
HEALTHCHECK --interval=10s --timeout=2s --start-period=60s \
  CMD ["node", "-e", "fetch('http://localhost:8080/health/live').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "--disable-warning=ExperimentalWarning", "--max-semi-space-size=64", "apps/species/src/main.ts"]
CMD ["serve"]
