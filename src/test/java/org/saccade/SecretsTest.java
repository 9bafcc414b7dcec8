package org.saccade;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {
  @ParameterizedTest
  @CsvSource({
    "s3a://AKIA1:pa/ss+w=rd@bucket/a.jpg, s3a://***@bucket/a.jpg",
    "cannot list s3a://AKIA1:secret@bucket: no such bucket, cannot list s3a://***@bucket: no such bucket",
    "ftp://me:secret@host:21/a and hdfs://you:secret@b, ftp://***@host:21/a and hdfs://***@b",
    "spark.hadoop.fs.s3a.secret.key=abc/+d rest, spark.hadoop.fs.s3a.secret.key=*** rest",
    "fs.s3a.bucket.b.access.key = AKIA, fs.s3a.bucket.b.access.key = ***",
    "fs.azure.account.key.x.blob.core.windows.net=k==, fs.azure.account.key.x.blob.core.windows.net=***",
    "https://b/k?X-Amz-Signature=ab12&y=1, https://b/k?X-Amz-Signature=***&y=1",
  })
  void areHidden(String text, String shown) {
    assertThat(Secrets.hidden(text)).isEqualTo(shown);
    assertThat(Secrets.in(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3a://bucket/photos/a@2x.jpg",
        "hdfs://namenode:8020/photos/logo@2x.png",
        "abfss://container@account.dfs.core.windows.net/photos",
        "/data/dt=2026-11-23/a.jpg",
        "unexpected token: found } where a value was expected",
        "target=topk:3",
      })
  void whatIsNoSecretStays(String text) {
    assertThat(Secrets.hidden(text)).isEqualTo(text);
    assertThat(Secrets.in(text)).isFalse();
  }

  @Test
  void aUsersFaultNeverRepeatsOne() {
    assertThat(new UserException("s3a://AKIA1:secret@bucket does not exist"))
        .hasMessage("s3a://***@bucket does not exist");
  }
}
