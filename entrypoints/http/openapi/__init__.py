"""Generates the OpenAPI 3.0 document from the route table and the classes that it names."""
