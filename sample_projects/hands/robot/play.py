import gym
import numpy as np

from robot.see import objects


def main() -> None:
    world = gym.make("CartPole-v1", render_mode="rgb_array")
    world.reset()
    for _ in range(10):
        print(objects(np.asarray(world.render())))
