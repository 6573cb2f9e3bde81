"""The course-lab run as the course hands it out: dense matrices, GradientTape, Adam; eager, or in a tf.function."""

import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
from row import column, ratings, report, settings, stopwatch, threads  # noqa: E402

import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402

tf.config.threading.set_intra_op_parallelism_threads(threads)
precision = settings["precision"]
tf.keras.backend.set_floatx(precision)
num_items, num_users, features = settings["numItems"], settings["numUsers"], settings["features"]
items, users, values = ratings("train", "f64")
Y = np.zeros((num_items, num_users), precision)
R = np.zeros((num_items, num_users), precision)
Y[items, users] = values
R[items, users] = 1
lambda_ = 1.0


def cost(X, W, b):
    j = (tf.linalg.matmul(X, tf.transpose(W)) + b - Y) * R
    return 0.5 * tf.reduce_sum(j**2) + (lambda_ / 2) * (tf.reduce_sum(X**2) + tf.reduce_sum(W**2))


def run(iterations):
    initial = {"X": (num_items, features), "W": (num_users, features), "b": (1, num_users)}
    X, W, b = (tf.Variable(column(f"{name}.f64", "<f8").reshape(shape).astype(precision)) for name, shape in initial.items())
    optimizer = tf.keras.optimizers.Adam(learning_rate=0.1)
    optimizer.build([X, W, b])

    def step():
        with tf.GradientTape() as tape:
            value = cost(X, W, b)
        gradients = tape.gradient(value, [X, W, b])
        optimizer.apply_gradients(zip(gradients, [X, W, b]))
        return value

    if settings["mode"] == "function":
        step = tf.function(step)
    losses = []
    for iteration in range(iterations):
        value = step()
        if iteration % 20 == 0:
            losses.append(float(value))
    X.numpy(), W.numpy(), b.numpy()
    return losses


iterations, counted = settings["iterations"], settings.get("counted", settings["iterations"])
run(2)  # what is loaded and set up at the first use
seconds = []
for _ in range(settings["repeats"]):
    elapsed = stopwatch()
    losses = run(counted)
    seconds.append(elapsed() * iterations / counted)
name = "TensorFlow, as handed out" if settings["mode"] == "eager" else "TensorFlow, tf.function"
note = f"{counted} iterations, scaled to {iterations}" if counted < iterations else ""
report(name, tf.__version__, seconds, losses=losses, note=note)
