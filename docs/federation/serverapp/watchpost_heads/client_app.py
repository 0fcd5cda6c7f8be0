"""Flower requires a ClientApp in every app. Watchpost boxes have their own client and never run this."""

from flwr.clientapp import ClientApp

app = ClientApp()
