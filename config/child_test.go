package config

const childEnv = "HUSHWING_CONFIG_TEST_CHILD"

func child() int { return 0 }
