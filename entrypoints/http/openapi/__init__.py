"""The OpenAPI 3.0 document, made from the route table and the classes that it names."""
