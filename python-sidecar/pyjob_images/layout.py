"""Where everything lies in the images; their Dockerfiles say the same."""

from pathlib import Path

HOME = Path("/opt/pyjob")
JAVA = Path("/opt/java")
SPARK_JARS = HOME / "spark"
OPERATOR_HOME = HOME / "operator"
