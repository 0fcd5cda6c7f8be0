"""Averages one head of Watchpost boxes. Names, shapes and metric keys are the contract with the boxes: see docs/federation.md."""

from collections import OrderedDict

import numpy as np
from flwr.app import Array, ArrayRecord, ConfigRecord, Context
from flwr.serverapp import Grid, ServerApp
from flwr.serverapp.strategy import DifferentialPrivacyClientSideFixedClipping, FedAvg

FEATURES = 12

app = ServerApp()


def initial_arrays(head: str) -> ArrayRecord:
    """Where training starts; float32, in the order that the boxes expect."""
    if head == "calib":
        arrays = OrderedDict(
            [
                ("calib.weight", np.zeros((1, FEATURES), np.float32)),
                ("calib.bias", np.zeros((1,), np.float32)),
            ]
        )
    elif head == "liveness":
        # Seeded: a restarted run begins at the same place.
        rng = np.random.default_rng(1601)
        arrays = OrderedDict(
            [
                ("live.w1", rng.uniform(-0.28, 0.28, (16, FEATURES)).astype(np.float32)),
                ("live.b1", np.zeros((16,), np.float32)),
                ("live.w2", rng.uniform(-0.25, 0.25, (1, 16)).astype(np.float32)),
                ("live.b2", np.zeros((1,), np.float32)),
            ]
        )
    else:
        raise ValueError(f"unknown head {head!r}")
    return ArrayRecord(OrderedDict((name, Array(value)) for name, value in arrays.items()))


@app.main()
def main(grid: Grid, context: Context) -> None:
    config = context.run_config
    head = str(config["head"])
    nodes = int(config["min-available-nodes"])
    strategy = FedAvg(
        fraction_train=float(config["fraction-train"]),
        fraction_evaluate=float(config["fraction-evaluate"]),
        min_train_nodes=nodes,
        min_evaluate_nodes=nodes,
        min_available_nodes=nodes,
        weighted_by_key="num-examples",
    )
    if float(config["clipping-norm"]) > 0:
        strategy = DifferentialPrivacyClientSideFixedClipping(
            strategy,
            noise_multiplier=float(config["noise-multiplier"]),
            clipping_norm=float(config["clipping-norm"]),
            num_sampled_clients=int(config["num-sampled-clients"]),
        )

    settings = {
        "head": head,
        "lr": float(config["lr"]),
        "local-epochs": int(config["local-epochs"]),
        "batch-size": int(config["batch-size"]),
        "l2": float(config["l2"]),
        "prox-mu": float(config["prox-mu"]),
        "min-examples": int(config["min-examples"]),
    }
    result = strategy.start(
        grid=grid,
        initial_arrays=initial_arrays(head),
        num_rounds=int(config["num-server-rounds"]),
        timeout=float(config["round-timeout"]),
        train_config=ConfigRecord(settings),
        evaluate_config=ConfigRecord({"head": head}),
    )
    for name, array in result.arrays.items():
        print(name, array.numpy().tolist())
