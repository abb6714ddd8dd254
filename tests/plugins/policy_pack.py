"""A policy pack in a few lines, by the engine's protocol alone."""

PACK = """
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import grpc
import pulumi
from google.protobuf import empty_pb2
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc, plugin_pb2

SEEN = [pulumi.get_project(), pulumi.get_stack(), pulumi.Config("p").get("word"), pulumi.runtime.is_dry_run()]
LEVEL = analyzer_pb2.MANDATORY if os.environ.get("PACK_LEVEL") == "mandatory" else analyzer_pb2.ADVISORY
POLICY = analyzer_pb2.PolicyInfo(name="no-stash", description="No stash.", enforcementLevel=LEVEL)

class Pack(analyzer_pb2_grpc.AnalyzerServicer):
    told = ""

    def ConfigureStack(self, request, context):
        self.told = request.stack
        return analyzer_pb2.AnalyzerStackConfigureResponse()

    def GetAnalyzerInfo(self, request, context):
        return analyzer_pb2.AnalyzerInfo(name=" ".join(map(str, [*SEEN, self.told])), policies=[POLICY])

    def GetPluginInfo(self, request, context):
        return plugin_pb2.PluginInfo(version="0.1.0")

    def Configure(self, request, context):
        return empty_pb2.Empty()

    def Analyze(self, request, context):
        if request.type == "refused":
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, "not this one")
        if not request.type.endswith("Stash"):
            return analyzer_pb2.AnalyzeResponse()
        time.sleep(float(os.environ.get("PACK_SECONDS", "0")))
        text = f"a stash in {SEEN[1]} of {SEEN[0]}"
        found = analyzer_pb2.AnalyzeDiagnostic(policyName="no-stash", message=text, enforcementLevel=LEVEL)
        return analyzer_pb2.AnalyzeResponse(diagnostics=[found])

    def AnalyzeStack(self, request, context):
        return analyzer_pb2.AnalyzeResponse()

    def Remediate(self, request, context):
        return analyzer_pb2.RemediateResponse()

    def Cancel(self, request, context):
        return empty_pb2.Empty()

server = grpc.server(ThreadPoolExecutor(4))
analyzer_pb2_grpc.add_AnalyzerServicer_to_server(Pack(), server)
port = server.add_insecure_port("127.0.0.1:0")
server.start()
print(port)
print("beside the port")
server.wait_for_termination()
"""
