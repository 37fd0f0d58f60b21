# One image for every role; docker-compose.yml says which command each container runs.
FROM python:3.13-slim

RUN useradd --create-home almanac && install --directory --owner almanac /home/almanac/data
WORKDIR /app
COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY . .
RUN python -c "import site, pathlib; pathlib.Path(site.getsitepackages()[0], 'almanac.pth').write_text('/app')"

USER almanac
ENV ALMANAC_HOME=/home/almanac/data
ENTRYPOINT ["python", "-m", "cli"]
CMD ["--help"]
