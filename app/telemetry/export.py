# SPDX-License-Identifier: EUPL-1.2
"""Where traces go. Imported only when they go somewhere: it costs tens of megabytes."""

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from app.version import VERSION


def provider_to(endpoint: str) -> TracerProvider:
    """Makes spans and sends them, in batches, to a collector (OTLP over HTTP)."""
    resource = Resource.create({"service.name": "noaber", "service.version": VERSION})
    provider = TracerProvider(resource=resource)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(f"{endpoint}/v1/traces")))
    return provider
