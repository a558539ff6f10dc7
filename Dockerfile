# The mock in a container: the pinned versions, no build tools, no root.
FROM python:3.13-slim-trixie AS build
ENV PIP_CONSTRAINT=constraints.txt PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /source
COPY . .
RUN python -m venv /opt/billing && /opt/billing/bin/pip install . && /opt/billing/bin/pip uninstall --yes pip

FROM python:3.13-slim-trixie
COPY --from=build /opt/billing /opt/billing
ENV PATH=/opt/billing/bin:$PATH BILLING_MOCK_HOST=0.0.0.0 BILLING_MOCK_PORT=8001
USER 65532:65532
EXPOSE 8001
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s \
  CMD ["python", "-c", "import http.client, os, sys; c = http.client.HTTPConnection('127.0.0.1', int(os.environ['BILLING_MOCK_PORT']), timeout=2); c.request('GET', '/health'); sys.exit(c.getresponse().status != 200)"]
ENTRYPOINT ["billing-mock"]
