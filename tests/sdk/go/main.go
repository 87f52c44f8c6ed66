// The AWS SDK for Go, as a program that is served sessions: for each line on standard input it says who it is.
package main

import (
	"bufio"
	"context"
	"fmt"
	"os"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

func main() {
	ctx := context.Background()
	loaded, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		fmt.Println("failed:", err)
		os.Exit(1)
	}
	client := sts.NewFromConfig(loaded)
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		who, err := client.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
		if err != nil {
			fmt.Println("failed:", err)
			continue
		}
		credentials, err := loaded.Credentials.Retrieve(ctx)
		if err != nil {
			fmt.Println("failed:", err)
			continue
		}
		fmt.Println(credentials.AccessKeyID, *who.Arn)
	}
}
