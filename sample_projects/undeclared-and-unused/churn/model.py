"""A forest over customers."""

import joblib
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sqlalchemy import create_engine


def customers(path: str) -> pd.DataFrame:
    engine = create_engine("postgresql+psycopg2://db/customers")
    return pd.concat([pd.read_excel(path), pd.read_sql("select * from customers", engine)])


def predict(path: str) -> list[bool]:
    forest: RandomForestClassifier = joblib.load("forest.joblib")
    return list(forest.predict(customers(path)))
