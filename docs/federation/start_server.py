"""The same over the bidirectional stream (flwr 1.6 and later): python start_server.py --rounds 3 --address 127.0.0.1:8080

Deprecated by Flower since 1.13, still in it. Without authentication: only behind TLS and a firewall.
"""

import argparse

import numpy as np
import flwr as fl
from flwr.common import ndarrays_to_parameters


def weighted(metrics):
    """Mean of every metric, weighted by examples."""
    total = sum(count for count, _ in metrics)
    keys = metrics[0][1].keys()
    return {key: sum(count * values[key] for count, values in metrics) / total for key in keys}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--address", default="127.0.0.1:8080")
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--boxes", type=int, default=2)
    arguments = parser.parse_args()

    strategy = fl.server.strategy.FedAvg(
        min_fit_clients=arguments.boxes,
        min_evaluate_clients=arguments.boxes,
        min_available_clients=arguments.boxes,
        initial_parameters=ndarrays_to_parameters([np.zeros((1, 12), np.float32), np.zeros((1,), np.float32)]),
        on_fit_config_fn=lambda round: {"head": "calib", "server_round": round, "lr": 0.05, "local-epochs": 5},
        on_evaluate_config_fn=lambda round: {"head": "calib", "server_round": round},
        fit_metrics_aggregation_fn=weighted,
        evaluate_metrics_aggregation_fn=weighted,
    )
    history = fl.server.start_server(
        server_address=arguments.address,
        config=fl.server.ServerConfig(num_rounds=arguments.rounds),
        strategy=strategy,
    )
    print(history)


if __name__ == "__main__":
    main()
